import { getEventListeners, once } from 'node:events'
import type { EventEmitter } from 'node:events'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { type Fetch, hedgerow, HedgerowClient } from '../../src/index.ts'

/** What a measurement says. */
export interface Measurement {
  /** Bytes that live on the heap, after everything else was collected. */
  readonly heap: number
  /** Listeners of the process, the server and the last signals, beyond those of before the first request. */
  readonly listeners: number
  /** Requests whose responses have not closed. */
  readonly open: number
  readonly accepted: number
  readonly sent: number
  /** Events that arrived. */
  readonly received: number
}

/** Signals of the last requests; those of all of them would be what fills the memory. */
const rememberedSignals = 1000
const signals: AbortSignal[] = []
let received = 0
let open = 0

const client = new HedgerowClient('phc_heap', {
  // Identities whose exposures are remembered: few, so that the bound is reached before the first measurement.
  maxCacheSize: 500,
  maxQueueSize: 100_000,
  disableCompression: true,
  fetch: answer,
})

const app = express()
app.use((_req, res, next) => {
  open++
  res.once('close', () => open--)
  next()
})
app.use(hedgerow(client, { flags: { cacheSize: 500, deadlineMs: 60_000 } }))
app.get('/products/:id', (req, res) => {
  client.capture({ event: 'page opened' })
  res.type('html').send(`<h1>${req.hedgerow.flags.getFlag('hero')}</h1>`)
})
app.get('/unanswered', (_req, res) => res.writeProcessing())
app.get('/unfinished', (_req, res) => void res.type('html').write('<h1>'))
app.get('/events', (req, res) => {
  res.type('text/event-stream').write('data: 1\n\n')
  res.once('close', () => req.hedgerow.capture('stream closed'))
})
const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
const before = countListeners()

process.on('message', () => {
  void measure().then((measurement) => process.send?.(measurement))
})
process.send?.({ port: (server.address() as AddressInfo).port }) // a TCP server that listens has an address object

async function measure(): Promise<Measurement> {
  while (open > 0) await nextTurn() // bounded by the one who asks
  await client.flush()
  const { accepted, sent } = client.stats()
  const listeners = countListeners() - before - 1 // the one for messages
  return { heap: await heapUse(), listeners, open, accepted, sent, received }
}

async function heapUse(): Promise<number> {
  await nextTurn()
  if (!globalThis.gc) throw new Error('the heap is measured in a process with --expose-gc only')
  // As if memory had run out: the engine gives its caches up too, which would hide a leak of their size.
  globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  return process.memoryUsage().heapUsed
}

function countListeners(): number {
  const emitters: EventEmitter[] = [process, server]
  const ofEmitters = emitters.flatMap((emitter) =>
    emitter.eventNames().map((name) => emitter.listenerCount(name)),
  )
  const ofSignals = signals.map((signal) => getEventListeners(signal, 'abort').length)
  return [...ofEmitters, ...ofSignals].reduce((sum, count) => sum + count, 0)
}

/** A PostHog that is well, without a socket, so that nothing but the site's own connections is measured. */
async function answer(url: string, { body, signal }: Parameters<Fetch>[1]): ReturnType<Fetch> {
  signals.push(signal)
  if (signals.length > rememberedSignals) signals.shift()
  await nextTurn()
  if (!url.includes('/flags/')) received += String(body).split('"distinct_id":').length - 1
  const flags = { flags: { hero: { key: 'hero', enabled: true, variant: 'b' } } }
  return { status: 200, json: async () => flags, text: async () => '' }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
