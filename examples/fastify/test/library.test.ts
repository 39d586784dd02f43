import type { FastifyInstance } from 'fastify'
import { documentHeaders, type ScriptedServer, startScriptedServer } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createApp } from '../src/app.ts'

const flags = { 'new-arrivals': true, welcome: 'warm', 'long-loans': true }

async function library(given: ScriptedServer['flags'] = flags) {
  const posthog = await startScriptedServer()
  posthog.flags = given
  const app = await createApp({ hedgerow: { token: 'phc_library', host: posthog.url }, logger: false })
  onTestFinished(async () => {
    await app.close()
    await posthog.close()
  })
  return {
    app,
    visitor: () => new Visitor(app),
    /** Closes the library and gives what reached PostHog, but for exposures. */
    async finish() {
      await app.close()
      return posthog.events().filter(({ event }) => event !== '$feature_flag_called')
    },
  }
}

/** Somebody with a browser that keeps cookies. */
class Visitor {
  readonly cookies: Record<string, string> = {}
  readonly #app: FastifyInstance

  constructor(app: FastifyInstance) {
    this.#app = app
  }

  open(url: string) {
    return this.#send({ url, headers: { host: 'localhost', ...documentHeaders } })
  }

  post(url: string, fields: Record<string, string> = {}) {
    return this.#send({
      method: 'POST',
      url,
      headers: { host: 'localhost', 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(fields).toString(),
    })
  }

  async #send(request: { method?: 'POST'; url: string; headers: Record<string, string>; payload?: string }) {
    const answer = await this.#app.inject({ ...request, cookies: this.cookies })
    for (const { name, value } of answer.cookies) this.cookies[name] = value
    return answer
  }
}

describe('the library', () => {
  it('counts the pages that a visitor opens, under the id in their cookie, with the routes', async () => {
    const { visitor, finish } = await library()
    const somebody = visitor()

    const home = await somebody.open('/')
    const book = await somebody.open('/books/dry-stone')
    const missing = await somebody.open('/books/moon')
    const cookie = JSON.parse(somebody.cookies['ph_phc_library_posthog'] ?? '{}') as { distinct_id: string }

    expect(home.body).toContain('Come in, the kettle is on')
    expect(home.body).toContain('/arrivals')
    expect([book.statusCode, missing.statusCode]).toEqual([200, 404])
    expect((await finish()).map(({ distinct_id: id, properties }) => [id, properties['$route']])).toEqual([
      [cookie.distinct_id, '/'],
      [cookie.distinct_id, '/books/:id'],
      [cookie.distinct_id, '/books/:id'],
    ])
  })

  it('links the anonymous visitor to the reader who signs in, and lends them a book', async () => {
    const { visitor, finish } = await library()
    const somebody = visitor()

    await somebody.open('/')
    const signedIn = await somebody.post('/sign-in', { name: 'Ada' })
    await somebody.post('/books/dry-stone/loan')
    const book = await somebody.open('/books/dry-stone')
    const events = await finish()

    expect([signedIn.statusCode, signedIn.headers.location]).toEqual([303, '/'])
    expect(book.body).toContain('Somebody is reading it.')
    const identify = events.find(({ event }) => event === '$identify')
    const borrowed = events.find(({ event }) => event === 'book borrowed')
    expect(identify?.distinct_id).toMatch(/^reader_/)
    expect(borrowed).toMatchObject({
      distinct_id: identify?.distinct_id,
      properties: { book: 'dry-stone', weeks: 8, '$feature/long-loans': true },
    })
    expect(events.at(-1)).toMatchObject({ event: '$pageview', distinct_id: identify?.distinct_id })
  })

  it('opens and closes what stands behind flags', async () => {
    const [open, closed] = [await library(), await library({})]
    const reader = closed.visitor()
    await reader.post('/sign-in', { name: 'Ada' })

    const arrivals = [await open.visitor().open('/arrivals'), await closed.visitor().open('/arrivals')]
    const stranger = await open.visitor().open('/long-loans')
    const refused = await reader.open('/long-loans')

    expect(arrivals.map(({ statusCode, headers }) => [statusCode, headers.location])).toEqual([
      [200, undefined],
      [302, '/'],
    ])
    expect(stranger.headers.location).toBe('/sign-in')
    expect([refused.statusCode, refused.body.includes('There is nothing here')]).toEqual([404, true])
  })

  it('tells programs who they are, and counts neither them nor machines', async () => {
    const { visitor, finish } = await library()
    const somebody = visitor()
    await somebody.open('/')

    const me = await somebody.open('/api/me')
    const missing = await somebody.open('/api/books/moon')
    const health = await somebody.open('/internal/health')

    expect(me.json()).toMatchObject({ knownFrom: 'cookie', flags })
    expect([missing.statusCode, missing.json()]).toEqual([404, { statusCode: 404, error: 'Not Found' }])
    expect([health.json(), health.headers['set-cookie']]).toEqual([{ ok: true }, undefined])
    expect(await finish()).toHaveLength(1)
  })

  it('answers a form that is filled in wrongly with its own page', async () => {
    const { visitor } = await library()

    const answer = await visitor().post('/sign-in', { name: '' })

    expect([answer.statusCode, answer.body.includes('That did not work')]).toEqual([400, true])
  })
})
