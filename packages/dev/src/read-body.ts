import { HTTPException } from 'hono/http-exception'

/** Largest accepted request body, both as sent and after decompression. */
export const MAX_BODY_BYTES = 20 * 1024 * 1024

/**
 * How much of a body that is too large is still taken from the socket and thrown away. Many clients read the
 * answer only after they have sent everything: to them a closed socket is a network error, and they send again.
 */
const MAX_DISCARDED_BYTES = 4 * MAX_BODY_BYTES

/**
 * The bytes of a request body.
 *
 * @throws HTTPException 413 above {@link MAX_BODY_BYTES}, 400 when the sender goes away in the middle.
 */
export async function readBody(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.byteLength
      if (bytes > MAX_DISCARDED_BYTES) break
      if (bytes > MAX_BODY_BYTES) chunks.length = 0
      else chunks.push(chunk)
    }
  } catch (cause) {
    throw new HTTPException(400, { message: 'The body ended before it was complete.', cause })
  }
  if (bytes > MAX_BODY_BYTES) throw bodyTooLarge('The body')
  return Buffer.concat(chunks, bytes)
}

/** The answer to a body above {@link MAX_BODY_BYTES}; `what` begins its sentence. */
export function bodyTooLarge(what: string): HTTPException {
  return new HTTPException(413, {
    message: `${what} is larger than ${MAX_BODY_BYTES} bytes; send less at once.`,
  })
}
