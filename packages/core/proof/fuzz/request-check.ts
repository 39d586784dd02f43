import { gunzipSync } from 'node:zlib'
import type { FetchInit } from '../../src/index.ts'
import type { SentEvent } from '../../test/capture/capture-setup.ts'
import { duplicateKeys } from '../../test/capture/duplicate-keys.ts'

/** A lone surrogate, raw or after parsing; with the flag `u` a pair is no match. */
const loneSurrogate = /\p{Surrogate}/u
const encoder = new TextEncoder()

/** A request as it left, and what a strict reader has against it. */
export interface CheckedRequest {
  readonly events: readonly SentEvent[]
  readonly problems: readonly string[]
}

/** Reads the body of a request for events. */
export function checkRequest(init: FetchInit, maxEventBytes: number): CheckedRequest {
  const { body } = init
  const text = typeof body === 'string' ? body : gunzipSync(body ?? '').toString('utf8')
  const problems = textProblems(text)
  if (problems.length > 0) return { events: [], problems }
  // A body of another shape fails below, and is a problem itself.
  const { batch } = JSON.parse(text) as { batch: SentEvent[] }
  if (!Array.isArray(batch) || batch.length === 0)
    return { events: [], problems: ['a request without events'] }
  return { events: batch, problems: batch.flatMap((event) => eventProblems(event, maxEventBytes)) }
}

function textProblems(text: string): string[] {
  if (loneSurrogate.test(text)) return ['the body is no Unicode text']
  try {
    let lone = 0
    JSON.parse(text, (key, value: unknown) => {
      if (loneSurrogate.test(key) || (typeof value === 'string' && loneSurrogate.test(value))) lone += 1
      return value
    })
    const duplicates = duplicateKeys(text)
    return [
      ...(lone > 0 ? ['the body has an escaped lone surrogate'] : []),
      ...(duplicates.length > 0 ? [`the body has keys twice: ${duplicates.join(', ')}`] : []),
    ]
  } catch (error) {
    return [`the body is no JSON: ${String(error)}: ${text.slice(0, 500)}`]
  }
}

/** Written again, an event has the bytes that it came in. */
function eventProblems(event: SentEvent, maxEventBytes: number): string[] {
  const bytes = encoder.encode(JSON.stringify(event)).length
  const { distinct_id: distinctId, event: name, uuid, timestamp, properties } = event
  const texts = [distinctId, name, uuid, timestamp].every((text) => typeof text === 'string' && text !== '')
  return [
    ...(bytes > maxEventBytes ? [`an event of ${bytes} bytes, above ${maxEventBytes}`] : []),
    ...(texts && typeof properties === 'object' ? [] : [`no event: ${JSON.stringify(event).slice(0, 500)}`]),
  ]
}
