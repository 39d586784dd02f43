import type { AddressInfo } from 'node:net'
import { HedgerowService } from '@hedgerow/nestjs'
import request from 'supertest'
import {
  documentHeaders,
  type ScriptedServer,
  startScriptedServer,
  visitorCookie,
  type WireEvent,
} from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createApp } from '../src/create-app.ts'
import { openSeatMap } from './seat-map.ts'

const flags = { previews: true, 'poster-size': 'large', 'seat-map': true }
const browser = visitorCookie('browser_1')

async function cinema(given: ScriptedServer['flags'] = flags) {
  const posthog = await startScriptedServer()
  posthog.flags = given
  const app = await createApp({ token: 'phc_test', host: posthog.url }, { logger: false })
  await app.listen(0, '127.0.0.1')
  const { port } = app.getHttpServer().address() as AddressInfo
  onTestFinished(async () => {
    await app.close()
    await posthog.close()
  })
  return {
    http: () => request(app.getHttpServer()),
    seatMap: (headers: Record<string, string> = {}) =>
      openSeatMap(`ws://127.0.0.1:${port}/seat-map`, headers),
    client: app.get(HedgerowService).client,
    /** Closes the cinema and gives what reached PostHog, but for exposures. */
    async finish(): Promise<WireEvent[]> {
      await app.close()
      return posthog.events().filter(({ event }) => event !== '$feature_flag_called')
    },
  }
}

/** Asks in GraphQL. */
const query = (text: string) => ({ query: text })

describe('the cinema', () => {
  it('counts its page, with the poster of the flag, and no call of its API', async () => {
    const { http, finish } = await cinema()

    const page = await http().get('/').set(documentHeaders).set(browser)
    const [first, second] = [await http().get('/api/v1/films'), await http().get('/api/v2/films')]
    const health = await http().get('/health')

    expect(page.text).toContain('4rem')
    expect(first.body).toEqual(['Hedge school', 'The long furrow', 'Nine gates'])
    expect(second.body).toContainEqual({ id: 'nine-gates', title: 'Nine gates', minutes: 88 })
    expect([health.status, health.body]).toMatchObject([200, { status: 'ok' }])
    expect(await finish()).toMatchObject([
      { event: '$pageview', distinct_id: 'browser_1', properties: { $route: '/' } },
    ])
  })

  it('captures a film that was looked up, not one that there is none of', async () => {
    const { http, finish } = await cinema()

    await http().get('/api/v1/films/blackthorn').set(browser)
    const missing = await http().get('/api/v1/films/moon').set(browser)

    expect(missing.status).toBe(404)
    expect(await finish()).toMatchObject([
      {
        event: 'film looked up',
        distinct_id: 'browser_1',
        properties: { film: 'blackthorn', minutes: 102 },
      },
    ])
  })

  it('opens previews to those who have the flag', async () => {
    const [open, closed] = [await cinema(), await cinema({ previews: false, 'poster-size': 'small' })]
    const statuses = async ({ http }: typeof open) => {
      const found: number[] = []
      for (const path of ['', '/posters', '/about']) {
        found.push((await http().get(`/api/v1/previews${path}`).set(browser)).status)
      }
      return found
    }

    expect(await statuses(open)).toEqual([200, 200, 200])
    expect(await statuses(closed)).toEqual([404, 403, 200])
  })

  it('knows the member who signed in by their token, and links them to their browser', async () => {
    const { http, finish } = await cinema()

    const { body } = await http().post('/api/v1/session').set(browser).send({ name: 'ada' })
    const { token } = body as { token: string }
    const me = await http().get('/api/v1/session').set('authorization', `Bearer ${token}`)
    const forged = await http()
      .get('/api/v1/session')
      .set('authorization', `Bearer ${token.slice(0, -2)}xx`)

    expect(me.body).toEqual({ id: 'member_ada', knownFrom: 'resolver' })
    expect(forged.body).toMatchObject({ knownFrom: 'minted' })
    expect(await finish()).toMatchObject([
      { event: '$identify', distinct_id: 'member_ada', properties: { $set: { name: 'ada' } } },
    ])
  })

  it('answers GraphQL for the same visitors, and behind the same flags', async () => {
    const { http, finish } = await cinema({ previews: false })
    const ask = (text: string) => http().post('/graphql').set(browser).send(query(text))

    const films = await ask('{ films { title } }')
    const previews = await ask('{ previews { title } }')
    const taken = await ask('mutation { takeSeat(film: "nine-gates", seat: "C4") }')
    const again = await ask('mutation { takeSeat(film: "nine-gates", seat: "C4") }')

    expect(films.body).toMatchObject({ data: { films: [{ title: 'Hedge school' }, {}, {}] } })
    expect(previews.body).toMatchObject({ data: null, errors: [{}] })
    expect(taken.body).toEqual({ data: { takeSeat: ['C4'] } })
    expect(again.body).toMatchObject({ errors: [{ message: 'seat C4 is taken' }] })
    expect(await finish()).toMatchObject([
      { event: 'seat taken', distinct_id: 'browser_1', properties: { film: 'nine-gates', seat: 'C4' } },
    ])
  })

  it('takes seats over a WebSocket, for the visitor whose browser opened it', async () => {
    const { seatMap, finish } = await cinema()
    const [first, second] = [await seatMap(browser), await seatMap()]

    const taken = await first.ask('take', { film: 'nine-gates', seat: 'C4' })
    const late = await second.ask('take', { film: 'nine-gates', seat: 'C4' })
    first.close()
    second.close()

    expect(taken).toEqual({ event: 'seats', data: { visitor: 'browser_1', isYours: true, taken: ['C4'] } })
    expect(late).toMatchObject({ event: 'seats', data: { isYours: false, taken: ['C4'] } })
    expect(await finish()).toMatchObject([{ event: 'seat taken', distinct_id: 'browser_1' }])
  })

  it('refuses seats over a WebSocket to those who do not have the flag', async () => {
    const { seatMap, finish } = await cinema({ 'seat-map': false })
    const map = await seatMap(browser)

    const answer = await map.ask('take', { film: 'nine-gates', seat: 'C4' })
    map.close()

    expect(answer).toMatchObject({ event: 'exception' })
    expect(await finish()).toEqual([])
  })
})
