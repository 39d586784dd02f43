import type { FastifyRequest } from 'fastify'

/** The signed cookie that holds the reader's id. */
export const readerCookie = 'library_reader'

/** The reader who is signed in. */
export function readerOf(request: FastifyRequest): string | undefined {
  const signed = request.cookies[readerCookie]
  if (signed === undefined) return undefined
  const { valid, value } = request.unsignCookie(signed)
  return valid ? (value ?? undefined) : undefined
}
