import type { FetchResponse } from '../../src/index.ts'
import type { SentEvent } from '../../test/capture/capture-setup.ts'
import type { AnswerFate, BodyFate, JsonFate } from './fate.ts'
import { type Hostile, made } from './hostile-value.ts'

/** Hears of events that the server has taken. */
export type Take = (events: readonly SentEvent[]) => void

type JsonAnswer = (words: readonly Hostile[], events: readonly SentEvent[], take: Take) => Promise<unknown>

/** What `json()` of each kind does. */
const jsonAnswers: Readonly<Record<JsonFate, JsonAnswer>> = {
  results: async (words, events, take) => resultsOf(words, events, take),
  'no results': async (_words, events, take) => {
    take(events)
    return {}
  },
  'no object': async (_words, events) => [null, 'text', [], 7][events.length % 4],
  malformed: () => Promise.reject(new SyntaxError('Unexpected end of JSON input')),
  'broken off': () => Promise.reject(new TypeError('terminated')),
  throws: () => {
    throw new Error('json threw')
  },
  hangs: () => new Promise(() => undefined),
}

/** What `body` of each kind is. */
const bodies: Readonly<Record<BodyFate, () => unknown>> = {
  none: () => undefined,
  unreadable: () => {
    throw new Error('body threw')
  },
  locked: () => {
    const stream = new ReadableStream()
    stream.getReader()
    return stream
  },
  stalls: () => new ReadableStream(),
  endless: () => new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1)) }),
  'breaks off': () => new ReadableStream({ pull: (controller) => controller.error(new Error('terminated')) }),
  nonsense: () => ({ getReader: () => ({ read: () => undefined, cancel: () => 7 }) }),
}

/** The answer as `fetch` gives it. @param take hears of what its JSON says, once that is read. */
export function responseOf(
  { status, retryAfter, json, words, body }: AnswerFate,
  events: readonly SentEvent[],
  take: Take,
): FetchResponse {
  return {
    status,
    json: () => jsonAnswers[json](words, events, take),
    text: async () => '',
    // A mock's headers may be anything.
    headers: { get: () => made(retryAfter) as string },
    get body() {
      return bodies[body]()
    },
  }
}

/** An event that is to be neither dropped nor sent again was taken, whatever is said of it. */
function resultsOf(words: readonly Hostile[], events: readonly SentEvent[], take: Take): object {
  const given = events.map(({ uuid }, index) => {
    const word = words[index % words.length]
    return [uuid, word && made(word)] as const
  })
  take(events.filter((_, index) => given[index]?.[1] !== 'retry' && given[index]?.[1] !== 'drop'))
  return { results: Object.fromEntries(given.map(([uuid, result]) => [uuid, { result, details: result }])) }
}
