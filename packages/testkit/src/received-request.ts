import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'

/** One complete request as the scripted server got it; a request cut off in its body is not one. */
export interface ReceivedRequest {
  readonly method: string
  /** With the query, as in `/flags/?v=2`. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[]
  /** Decompressed and parsed; the text itself when it is not JSON, undefined when there is none. */
  readonly body: unknown
  /** The bytes on the wire, still compressed. */
  readonly rawBody: Buffer
  /** When its last byte arrived, in milliseconds since the Unix epoch on the real clock. */
  readonly receivedAt: number
}

/** Reads a request to its end; rejects when the client goes away before that. */
export async function receiveRequest(message: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer) // no encoding is set, so always a Buffer
  const rawBody = Buffer.concat(chunks)

  return {
    method: message.method ?? '',
    path: message.url ?? '',
    headers: message.headers,
    rawHeaders: message.rawHeaders,
    body: parseBody(rawBody),
    rawBody,
    receivedAt: Date.now(),
  }
}

function parseBody(rawBody: Buffer): unknown {
  if (rawBody.length === 0) return undefined
  const text = decompress(rawBody).toString('utf8')
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/** Goes by the magic bytes, as PostHog's servers do, so a wrong Content-Encoding header is no obstacle. */
function decompress(bytes: Buffer): Buffer {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08
  if (!isGzip) return bytes
  try {
    return gunzipSync(bytes)
  } catch {
    return bytes // a test that sends a broken archive wants to see it recorded
  }
}
