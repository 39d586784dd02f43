import { once } from 'node:events'
import { Agent, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { visitorCookie } from '../browser-cookie.ts'
import type { AdapterHarness, ConformanceClient, RouteCall, SitePlan, SiteRoute } from './adapter-harness.ts'
import { type ConformanceSite, startSite } from './conformance-site.ts'

const requests = 2000
const connections = 24
const megabyte = 'x'.repeat(1024 * 1024)

/** What is sent, and where the visitor leaves before the end; ten kinds in turn, all alike but the body. */
interface Kind {
  readonly path: '/json' | '/raw'
  readonly type: string
  readonly body: (index: number) => string
  readonly leaves?: true
}

const json = (padding: (index: number) => string, leaves?: true): Kind => ({
  path: '/json',
  type: 'application/json',
  body: (index) => JSON.stringify({ index, padding: padding(index) }),
  ...(leaves && { leaves }),
})
const small = (index: number) => 'x'.repeat((index % 7) * 1000)
/** One in ten is a megabyte long, so that some of them are on the way most of the time. */
const large = (index: number) => (index % 100 < kinds.length ? megabyte : small(index))
const multipart = (leaves?: true): Kind => ({
  path: '/raw',
  type: 'multipart/form-data; boundary=edge',
  body: (index) =>
    `--edge\r\ncontent-disposition: form-data; name="index"\r\n\r\n${index}\r\n` +
    `--edge\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n${small(index)}\r\n--edge--\r\n`,
  ...(leaves && { leaves }),
})
const kinds: readonly Kind[] = [
  json(small),
  multipart(),
  json(small),
  multipart(true),
  json(large),
  json(small),
  multipart(),
  json(small, true),
  { path: '/raw', type: 'application/octet-stream', body: large },
  multipart(),
]

/** However requests interleave, none gets another's visitor, and none is forgotten. */
export function describeInterleaving(harness: AdapterHarness): void {
  describe(`of ${requests} interleaved requests with bodies on shared connections`, () => {
    it('none is crossed with another, none is lost, and the background is nobody’s', async () => {
      const arrivals = new Map<string, () => void>()
      const site = await startSite(harness, {
        build: (client) => interleavedPlan(client, arrivals),
        client: { maxBatchSize: 2 * requests },
      })
      const background = new Set<unknown>()
      const sampling = setInterval(() => background.add(site.client.scope()), 1)
      const agent = new Agent({ keepAlive: true, maxSockets: connections })

      const answers = await Promise.all(
        Array.from({ length: requests }, (_, index) => makeRequest(site, agent, index, arrivals)),
      )
      const settlements = await site.settled()
      clearInterval(sampling)
      agent.destroy()

      const crossed = answers.filter((answer, index) => answer !== expectedAnswer(index))
      expect(crossed).toEqual([])
      expect(settlements).toHaveLength(requests)
      const events = await site.events()
      const placed = events.filter(({ event }) => event === 'order placed')
      expect(new Set(placed.map(({ distinct_id: id }) => id)).size).toBe(placed.length)
      expect(placed).toHaveLength(requests * 0.8)
      const others = events.filter(({ distinct_id: id, properties }) => properties['by'] !== id)
      expect(others).toEqual([])
      expect([...background]).toEqual([undefined])
    })
  })
}

/** Each handler takes some turns of the event loop, so that requests overtake each other. */
function interleavedPlan(client: ConformanceClient, arrivals: ReadonlyMap<string, () => void>): SitePlan {
  const answer = async (call: RouteCall) => {
    const by = nameOf(call.request)
    const turns = Number(by.slice('browser_'.length)) % 5
    for (let turn = 0; turn < turns; turn++) await nextTurn()
    client.capture({ event: 'order placed', properties: { by } })
    for (let turn = 0; turn < turns; turn++) await nextTurn()
    return { body: [client.scope()?.distinctId, call.scope?.distinctId] }
  }
  const routes: readonly SiteRoute[] = [
    { method: 'POST', path: '/json', handle: answer },
    {
      method: 'POST',
      path: '/raw',
      handle: async (call) => {
        for await (const chunk of call.request) void chunk
        return answer(call)
      },
    },
  ]
  return {
    authenticate: (incoming) => arrivals.get(nameOf(incoming))?.(),
    routes,
    errorPage: (_error, { request: incoming }) => {
      client.capture({ event: 'order failed', properties: { by: nameOf(incoming) } })
      return { status: 400, body: 'failed' }
    },
  }
}

function nameOf(incoming: IncomingMessage): string {
  return String(incoming.headers['x-visitor'])
}

function expectedAnswer(index: number): string | undefined {
  if (kinds[index % kinds.length]?.leaves) return undefined
  return `["browser_${index}","browser_${index}"]`
}

/** @returns what was answered; undefined for a visitor who left in the middle of the body, once the server had begun. */
async function makeRequest(
  site: ConformanceSite,
  agent: Agent,
  index: number,
  arrivals: Map<string, () => void>,
): Promise<string | undefined> {
  const name = `browser_${index}`
  const { path, type, body, leaves } = kinds[index % kinds.length] as Kind
  const text = body(index)
  const headers: OutgoingHttpHeaders = {
    ...visitorCookie(name),
    'x-visitor': name,
    'content-type': type,
    'content-length': Buffer.byteLength(text),
  }
  const outgoing = request(site.url + path, { method: 'POST', agent, headers })
  if (leaves) return leaveHalfway(outgoing, text, new Promise((resolve) => arrivals.set(name, resolve)))
  outgoing.end(text)
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  let answer = ''
  for await (const chunk of response) answer += String(chunk)
  return answer
}

async function leaveHalfway(
  outgoing: ClientRequest,
  text: string,
  arrived: Promise<void>,
): Promise<undefined> {
  outgoing.on('error', () => {}) // a socket that hangs up is the point
  outgoing.write(text.slice(0, text.length / 2))
  await arrived
  outgoing.destroy()
}
