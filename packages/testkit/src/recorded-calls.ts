import { readFile } from 'node:fs/promises'

/** A request of posthog-js as a real Chromium sent it to its own domain, with an application's cookie. */
export interface RecordedCall {
  readonly method: string
  /** Path and query below the place where the SDK's calls go, such as `/e/?ip=0`. */
  readonly target: string
  /** In the order and spelling of the browser, `Host` and `Cookie` included. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

/** A page's start, its flags, a replay and two more events; `recordings/record-browser-sdk.ts` made them. */
export async function recordedBrowserCalls(): Promise<RecordedCall[]> {
  const text = await readFile(new URL('../recordings/browser-sdk.json', import.meta.url), 'utf8')
  const calls = JSON.parse(text) as (Omit<RecordedCall, 'body'> & { body: string })[]
  return calls.map((call) => ({ ...call, body: Buffer.from(call.body, 'base64') }))
}

/** A request of Next.js's client, or of its browser, as it reached the server from a real Chromium. */
export interface RecordedNextRequest {
  /** What was being done, such as `a link to a static page is clicked`. */
  readonly step: string
  readonly method: string
  readonly target: string
  /** Without those of the connection, and without cookies. */
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** All that was asked for in a visit to an application of this Next.js; `recordings/record-next-client.ts` made it. */
export async function recordedNextRequests(major: 15 | 16): Promise<RecordedNextRequest[]> {
  const text = await readFile(new URL(`../recordings/next-client-${major}.json`, import.meta.url), 'utf8')
  return JSON.parse(text) as RecordedNextRequest[]
}
