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
