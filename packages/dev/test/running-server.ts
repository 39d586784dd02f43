import { gzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import { type DevServer, type DevServerOptions, startDevServer } from '../src/index.ts'

/** A server on a free port that closes when the test ends. */
export async function runningServer(options?: DevServerOptions): Promise<DevServer> {
  const server = await startDevServer(options)
  onTestFinished(() => server.close())
  return server
}

/** Posts a body as it is, or a value as JSON, and gives the status and the parsed answer. */
export async function post(
  server: DevServer,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown }> {
  const raw = typeof body === 'string' || body instanceof Uint8Array
  const response = await fetch(server.url + path, {
    method: 'POST',
    body: raw ? body : JSON.stringify(body),
    headers,
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

/** A batch with one event that every test can recognise. */
export function batchOf(...names: string[]): {
  api_key: string
  batch: Array<{ event: string; distinct_id: string }>
} {
  return { api_key: 'phc_test', batch: names.map((event) => ({ event, distinct_id: 'ada' })) }
}

/** A value as gzipped JSON. */
export function gzipped(value: unknown): Uint8Array {
  return gzipSync(JSON.stringify(value))
}

/** Names of the events that the server holds, oldest first. */
export function namesOf(server: DevServer): string[] {
  return server.events().map((event) => event.event)
}

/** The body of the definitions endpoint. */
export async function definitionsOf(
  server: DevServer,
): Promise<{ flags: Array<{ key: string; id: number }> } & Record<string, unknown>> {
  const response = await fetch(`${server.url}/flags/definitions?token=phc_test&send_cohorts`, {
    headers: { authorization: 'Bearer phx_test' },
  })
  return (await response.json()) as { flags: Array<{ key: string; id: number }> } & Record<string, unknown>
}
