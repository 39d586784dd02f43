import { HTTPException } from 'hono/http-exception'
import { type JsonRecord, isJsonRecord } from './json-record.ts'

/** Above the limit of an SDK that follows the protocol, so that only a real mistake meets it. */
const MAX_EVENT_BYTES = 1024 * 1024

/**
 * The members of a batch as the objects that events are.
 *
 * @throws HTTPException 400 when one of them is something else.
 */
export function eventRecordsFrom(batch: readonly unknown[]): JsonRecord[] {
  return batch.map((event, index) => {
    if (!isJsonRecord(event)) throw refusedEvent(`Event ${index + 1} must be a JSON object.`)
    return event
  })
}

/**
 * The name of an event.
 *
 * @param where begins the sentence of the error, such as `Event 2`.
 * @throws HTTPException 400 when there is none.
 */
export function eventNameFrom({ event }: JsonRecord, where: string): string {
  if (event === undefined || event === null) {
    throw refusedEvent(`${where} has no event name; send it as event.`)
  }
  if (typeof event !== 'string' || event === '') {
    throw refusedEvent(`${where}: event must be a non-empty string.`)
  }
  return event
}

/**
 * Checks that an event is not too large to be stored.
 *
 * @param where begins the sentence of the error, such as `Event 2`.
 * @throws HTTPException 400 when it is.
 */
export function requireEventSize(event: JsonRecord, where: string): void {
  if (Buffer.byteLength(JSON.stringify(event)) > MAX_EVENT_BYTES) {
    throw refusedEvent(`${where} is larger than ${MAX_EVENT_BYTES} bytes.`)
  }
}

/** The answer to an event or batch that cannot be used; `message` is a sentence that says why. */
export function refusedEvent(message: string): HTTPException {
  return new HTTPException(400, { message })
}
