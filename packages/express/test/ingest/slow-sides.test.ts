import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { heldBytes, send } from 'testkit'
import { majors } from '../test-site.ts'
import { listening, startIngestSite } from './ingest-site.ts'

const mebibyte = 1024 * 1024
const chunk = Buffer.alloc(64 * 1024, 'x')

/** What a proxy may hold for one slow exchange, whatever its size; buffers of the operating system are not its own. */
const boundBytes = 2 * mebibyte
const bigBytes = 256 * mebibyte

describe.each(majors)('%s holds next to nothing of a body', (_name, express) => {
  it('that PostHog does not read', async () => {
    const upstream = createServer((req, res) => {
      if (req.method === 'GET') res.end()
    })
    const port = await listening(upstream)
    const site = await startIngestSite(express, {
      client: { host: `http://127.0.0.1:${port}` },
      proxy: { maxRequestBytes: bigBytes },
    })
    await send(`${site.url}/ingest/api/surveys/`) // what the first exchange loads, it loads once
    const before = heldBytes()

    const outgoing = request(`${site.url}/ingest/s/`, { method: 'POST', agent: false })
    outgoing.on('error', () => {}) // its own end
    const sent = await writeUntilStuck(outgoing)
    const held = heldBytes() - before
    outgoing.destroy()

    expect(sent).toBeLessThan(bigBytes)
    expect(held).toBeLessThan(boundBytes)
  })

  it('that the browser does not read', async () => {
    let sent = 0
    const upstream = createServer((req, res) => {
      if (req.url === '/api/surveys/') void writeUntilStuck(res, (bytes) => (sent = bytes))
      else res.end()
    })
    const port = await listening(upstream)
    const site = await startIngestSite(express, {
      client: { host: `http://127.0.0.1:${port}` },
      proxy: { maxAnswerBytes: bigBytes },
    })
    await send(`${site.url}/ingest/api/web_experiments/`)
    const before = heldBytes()

    const outgoing = request(`${site.url}/ingest/api/surveys/`, { agent: false })
    outgoing.end()
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    response.on('error', () => {}) // its own end
    await standingStill(() => sent)
    const held = heldBytes() - before
    outgoing.destroy()

    expect(sent).toBeGreaterThan(0)
    expect(sent).toBeLessThan(bigBytes)
    expect(held).toBeLessThan(boundBytes)
  })
})

/** Writes as fast as the other side takes it, until it takes nothing any more. @returns the bytes that it took. */
async function writeUntilStuck(
  writable: NodeJS.WritableStream,
  report: (bytes: number) => void = () => {},
): Promise<number> {
  let bytes = 0
  const fill = () => {
    while (bytes < bigBytes) {
      bytes += chunk.length
      report(bytes)
      if (!writable.write(chunk)) return
    }
  }
  writable.on('drain', fill)
  fill()
  await standingStill(() => bytes)
  return bytes
}

/** Resolves once a value has not changed for a quarter of a second. */
async function standingStill(value: () => number): Promise<void> {
  for (let last = -1, tries = 0; last !== value() && tries < 100; tries++) {
    last = value()
    await delay(250)
  }
}
