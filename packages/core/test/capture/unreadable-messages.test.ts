import { describe, expect, it } from 'vitest'
import type { CaptureMessage, HedgerowClient } from '../../src/index.ts'
import { alertsOf, captureThrough, createHeldFetch, inTime, startCapture } from './capture-setup.ts'

function refuse(): never {
  throw new Error('sentinel')
}

const withGetter = {
  event: 'odd',
  get distinctId(): string {
    return refuse()
  },
}
const withBrokenProperty = {
  get broken(): string {
    return refuse()
  },
}

describe('a message that cannot be read', () => {
  it.each<[string, (client: HedgerowClient) => void]>([
    ['a capture with a getter that throws', (client) => client.capture(withGetter)],
    [
      'a capture that is a proxy',
      (client) =>
        client.capture(new Proxy<CaptureMessage>({ event: 'odd' }, { ownKeys: refuse, get: refuse })),
    ],
    ['an identify whose id throws', (client) => client.identify(withGetter)],
    [
      'an alias that throws',
      (client) => client.alias(getterOf('alias') as { distinctId: string; alias: string }),
    ],
    [
      'a groupIdentify that throws',
      (client) => client.groupIdentify(getterOf('groupKey') as { groupType: string; groupKey: string }),
    ],
  ])('%s is refused alone, and its caller hears nothing', async (_name, act) => {
    const { client, server, runtime } = await startCapture()

    client.capture({ event: 'before', distinctId: 'u' })
    act(client)
    client.capture({ event: 'after', distinctId: 'u' })
    await inTime(runtime, client.flush())

    expect(server.events().map(({ event }) => event)).toEqual(['before', 'after'])
    expect(client.stats()).toMatchObject({ accepted: 2, sent: 2, refused: { invalid: 1 } })
    expect(alertsOf(runtime)).toEqual([
      'warn [hedgerow] invalid-event: an event is not sent: its message cannot be read',
    ])
  })
})

it('repairs a property that throws, of a capture without an id too', async () => {
  const { client, server, runtime } = await startCapture()

  client.capture({ event: 'odd', properties: withBrokenProperty })
  await inTime(runtime, client.flush())

  expect(server.events()).toMatchObject([
    { event: 'odd', properties: { broken: '[Unserializable]', $process_person_profile: false } },
  ])
})

it('repairs a property that throws, of an identify too', async () => {
  const { client, server, runtime } = await startCapture()

  client.identify({ distinctId: 'u', properties: withBrokenProperty })
  await inTime(runtime, client.flush())

  expect(server.events()).toMatchObject([
    { event: '$identify', properties: { $set: { broken: '[Unserializable]' } } },
  ])
})

describe('flush', () => {
  it('does not wait for what is captured after it in the same turn', async () => {
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch, { maxBatchSize: 1, maxConcurrentRequests: 2 })

    client.capture({ event: 'a', distinctId: 'u' })
    const flushed = client.flush()
    client.capture({ event: 'late', distinctId: 'u' })
    await runtime.settle()
    held.find(({ events }) => events[0] === 'a')?.answer(200)

    expect(await inTime(runtime, flushed)).toMatchObject({ sent: 1, pending: 1 })
  })
})

/** An object whose named property throws when it is read. */
function getterOf(name: string): object {
  return Object.defineProperty({}, name, { enumerable: true, get: refuse })
}
