import type { Runtime } from '../runtime.ts'

/** A request body, and the headers that say what it is. */
export interface RequestBody {
  readonly content: string | Uint8Array<ArrayBuffer>
  readonly headers: Readonly<Record<string, string>>
}

/** Text as a request body: gzipped off the event loop, or plain where compression is off or fails. */
export async function requestBody(runtime: Runtime, text: string, compressed: boolean): Promise<RequestBody> {
  if (!compressed) return { content: text, headers: {} }
  try {
    const content = await runtime.gzip(new TextEncoder().encode(text))
    return { content, headers: { 'Content-Encoding': 'gzip' } }
  } catch {
    return { content: text, headers: {} }
  }
}
