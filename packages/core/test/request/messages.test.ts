import { describe, expect, it } from 'vitest'
import type { RequestFacts } from '../../src/adapter.ts'
import type { RequestOptions, Transport } from '../../src/index.ts'
import { uuidV7 } from './browser.ts'
import { pageFacts } from './open-scope.ts'
import { startClient } from './start-client.ts'

/** A message on a WebSocket, unless a test says otherwise. */
function messageFacts(facts: Partial<RequestFacts> = {}): RequestFacts {
  return pageFacts({}, { transport: 'websocket', method: '', path: '', ip: undefined, ...facts })
}

async function start(options: RequestOptions = {}) {
  const { client, posthog } = await startClient()
  const layer = client.requestLayer(options)
  const open = (facts = messageFacts()) =>
    layer.open({}, facts, { beforeHeaders: () => undefined, setCookie: () => false })
  const events = async () => {
    await client.flush()
    return posthog.events()
  }
  return { open, events }
}

describe('a message', () => {
  it('tells the resolver what it came by', async () => {
    const asked: Transport[] = []
    const { open } = await start({
      identity: { resolve: (_carrier, { transport }) => void asked.push(transport) },
    })

    for (const transport of ['websocket', 'rpc', undefined] as const) {
      void open(messageFacts({ transport })).distinctId
    }

    expect(asked).toEqual(['websocket', 'rpc', 'http'])
  })

  it('gives its events neither URL nor method', async () => {
    const { open, events } = await start()

    open().capture('asked')

    const [event] = await events()
    expect(event?.properties).toMatchObject({ $host: 'localhost:3000', $process_person_profile: false })
    for (const name of ['$current_url', '$pathname', '$request_path', '$request_method']) {
      expect(event?.properties).not.toHaveProperty(name)
    }
  })

  it('is of the same new visitor as the others of its connection, and of no other', async () => {
    const { open } = await start()
    const one = { connection: {} }
    const other = { connection: {} }

    const ids = [one, one, other, {}, {}].map((facts) => open(messageFacts(facts)).distinctId)

    expect(ids[0]).toMatch(uuidV7)
    expect(ids[1]).toBe(ids[0])
    expect(new Set(ids).size).toBe(4)
  })
})

describe('an error of which no response tells', () => {
  it('is sent at once and once, as the visitor’s', async () => {
    const { open, events } = await start({ identity: { resolve: () => 'user_1' } })
    const scope = open()
    const error = new Error('boom')

    scope.fail(error)
    scope.fail(error)

    const sent = await events()
    expect(sent.map(({ event, distinct_id: id }) => [event, id])).toEqual([['$exception', 'user_1']])
    expect(sent[0]?.properties['$exception_list']).toMatchObject([
      { value: 'boom', mechanism: { type: 'middleware', handled: false } },
    ])
  })

  it.each([
    ['500', {}, { status: 500 }, 1],
    ['404', {}, { status: 404 }, 0],
    ['404, from 400 on', { minStatus: 400 }, { status: 404 }, 1],
    ['400 as statusCode', {}, { statusCode: 400 }, 0],
  ])('counts by a status of its own: %s', async (_case, exceptions, status, count) => {
    const { open, events } = await start({ exceptions })

    open().fail(Object.assign(new Error('boom'), status))

    expect(await events()).toHaveLength(count)
  })

  it('of a visitor who refuses is not sent', async () => {
    const { open, events } = await start({ consent: { resolve: async () => false } })

    open().fail(new Error('boom'))

    expect(await events()).toEqual([])
  })
})
