import type { AddressInfo } from 'node:net'
import { HedgerowClient } from '@hedgerow/express'
import { createApp } from '../src/app.ts'

/** The shop in a process of its own, driven over IPC: says its port, then answers `flush` and `stats` with its counters. */
const client = new HedgerowClient('phc_outage', {
  host: process.argv[2],
  maxQueueSize: 5000,
  flushInterval: 500,
})
const server = createApp({ client }).listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port })
})

process.on('message', (command) => {
  const work = command === 'flush' ? client.flush() : Promise.resolve()
  const answer = () => process.send?.({ stats: client.stats() })
  work.then(answer, answer)
})
process.on('disconnect', () => process.exit())
