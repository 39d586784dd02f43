import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { HTTPException } from 'hono/http-exception'
import { MAX_BODY_BYTES, bodyTooLarge } from './read-body.ts'

const inflate = promisify(gunzip)

/** PostHog's servers refuse JSON that is nested deeper than this. */
const MAX_JSON_DEPTH = 128

/**
 * The JSON value in a body, however the SDK packed it: plain, gzipped, or base64 in the form field `data` as
 * browsers send it, gzipped or not. The bytes decide, not the headers.
 *
 * @throws HTTPException 400 when it cannot be decoded, 413 when it unpacks to more than {@link MAX_BODY_BYTES}.
 */
export async function decodeBody(body: Uint8Array): Promise<unknown> {
  const text = textOf(await unzip(body))
  return valueOf(looksLikeJson(text) ? text : textOf(await unzip(formDataOf(text))))
}

/**
 * The JSON value in a body that is plain or gzipped.
 *
 * @param isGzip whether the headers say so; bytes that are evidently gzip are unpacked in any case.
 * @throws HTTPException 400 when it cannot be decoded, 413 when it unpacks to more than {@link MAX_BODY_BYTES}.
 */
export async function decodeJsonBody(body: Uint8Array, isGzip: boolean): Promise<unknown> {
  return valueOf(textOf(await unzip(body, isGzip)))
}

function valueOf(json: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw undecodable('The body is not valid JSON.')
  }
  if (isDeeperThan(value, MAX_JSON_DEPTH)) {
    throw undecodable(`The JSON is nested deeper than ${MAX_JSON_DEPTH} levels.`)
  }
  return value
}

async function unzip(bytes: Uint8Array, isGzip = false): Promise<Uint8Array> {
  if (!isGzip && (bytes[0] !== 0x1f || bytes[1] !== 0x8b)) return bytes
  try {
    return await inflate(bytes, { maxOutputLength: MAX_BODY_BYTES })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw bodyTooLarge('The decompressed body')
    }
    throw undecodable('The gzip body is truncated or damaged.')
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw undecodable('The body is not UTF-8 text.')
  }
}

function looksLikeJson(text: string): boolean {
  return /^\s*[[{]/.test(text)
}

function formDataOf(text: string): Uint8Array {
  const field = /(?:^|&)data=([^&]*)/.exec(text)?.[1]
  if (field === undefined) {
    throw undecodable('The body is neither a JSON object or array nor a form with the field data.')
  }
  try {
    return Buffer.from(decodeURIComponent(field), 'base64')
  } catch {
    throw undecodable('The form field data is not valid base64.')
  }
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  return Object.values(value).some((member) => isDeeperThan(member, levels - 1))
}

function undecodable(message: string): HTTPException {
  return new HTTPException(400, { message })
}
