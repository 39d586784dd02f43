import { once } from 'node:events'
import { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { createApp } from './app.ts'
import { DevServerError } from './dev-server-error.ts'
import { EventLog } from './event-log.ts'
import { type FlagFile, flagFileFrom } from './flag-file.ts'
import { type FlagSource, flagsFromFile } from './flag-source.ts'
import { LoadedFlags } from './loaded-flags.ts'
import type { FlagsCall, ReceivedEvent } from './received-event.ts'

const HOST = '127.0.0.1'

/** How to start a server; everything has a default. */
export interface DevServerOptions {
  /** Port on 127.0.0.1. 0 takes one that is free. @default 0 */
  readonly port?: number
  /** Flags that stay as they are. Give either these or `flagsFile`. @default none */
  readonly flags?: FlagFile | undefined
  /** Path of a flags file, which is read again after each change. @default none */
  readonly flagsFile?: string
  /** Takes one line about what happens while the server runs, such as a broken edit of the flags file. @default silent */
  readonly log?: (line: string) => void
}

/** A running server. Whoever started it closes it. */
export interface DevServer {
  /** What a client takes as its `host`, such as `http://127.0.0.1:8181`; also the address of the page. */
  readonly url: string
  readonly port: number
  /** The events that are still held, oldest first: a snapshot of this moment. */
  events(): readonly ReceivedEvent[]
  /** The remote flag evaluations that are still held, oldest first: a snapshot of this moment. */
  calls(): readonly FlagsCall[]
  /** The flags file in force at this moment, as it was written: a copy. */
  flags(): FlagFile
  /** Ends every connection, live streams included, and frees the port. Calling it again is harmless. */
  close(): Promise<void>
}

/**
 * Starts a local server that speaks PostHog's protocol: it takes events, evaluates flags and shows both on a page.
 *
 * @throws DevServerError when an option or the flags file is invalid, or the port cannot be used.
 *
 * @example
 * const server = await startDevServer({ flags: { flags: { 'new-checkout': true } } })
 * const client = new PostHog('phc_local', { host: server.url })
 * client.capture({ distinctId: 'ada', event: 'signed up' })
 * await client.shutdown()
 * console.log(server.events().map((event) => event.event))
 * await server.close()
 */
export async function startDevServer(options: DevServerOptions = {}): Promise<DevServer> {
  const { port: wantedPort = 0, log: report = () => {} } = options
  if (!Number.isInteger(wantedPort) || wantedPort < 0 || wantedPort > 65_535) {
    throw new DevServerError(
      'invalid-option',
      `port must be a whole number from 0 to 65535, got ${wantedPort}`,
    )
  }
  const flags = flagSourceFrom(options, report)
  const log = new EventLog()
  const server = createServer(createApp({ log, flags, report }).fetch)
  const port = await listen(server, wantedPort)
  let closed: Promise<void> | undefined

  return {
    url: `http://${HOST}:${port}`,
    port,
    // The casts hold because the log writes these texts itself, from values of these types.
    events: () => log.entriesOf('event').map((entry) => JSON.parse(entry.json) as ReceivedEvent),
    calls: () => log.entriesOf('flags-call').map((entry) => JSON.parse(entry.json) as FlagsCall),
    flags: () => copyOf(flags().file),
    close: () => (closed ??= closeServer(server)),
  }
}

function flagSourceFrom(options: DevServerOptions, report: (line: string) => void): FlagSource {
  const { flags, flagsFile } = options
  if (flags !== undefined && flagsFile !== undefined) {
    throw new DevServerError('invalid-option', 'flags and flagsFile cannot both be given; leave one out')
  }
  if (flagsFile !== undefined) return flagsFromFile(flagsFile, report)
  const fixed = new LoadedFlags(flagFileFrom(copyOf(flags === undefined ? { flags: {} } : flags), 'flags'))
  return () => fixed
}

/** What JSON holds of a value: whoever changes the one does not change the other. */
function copyOf<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value
}

function createServer(fetch: (request: Request) => Response | Promise<Response>): Server {
  // The globals belong to the process that this server may run inside of.
  const server = createAdaptorServer({ fetch, overrideGlobalObjects: false })
  if (!(server instanceof Server)) throw new TypeError('expected an HTTP/1.1 server')
  return server
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, HOST)
  try {
    await once(server, 'listening')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    const reason = code === 'EADDRINUSE' ? 'it is already in use' : String(code ?? cause)
    throw new DevServerError(
      'port-unavailable',
      `cannot listen on ${HOST}:${port}: ${reason}; stop the other program or choose another port`,
      { cause },
    )
  }
  const address = server.address()
  return typeof address === 'object' && address ? address.port : port
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
