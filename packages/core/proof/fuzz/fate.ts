import * as fc from 'fast-check'
import { type Hostile, hostileValue } from './hostile-value.ts'

/** What becomes of one request. */
export type Fate =
  | AnswerFate
  | { readonly kind: 'rejects' | 'throws' | 'answers nonsense'; readonly value: Hostile }
  | { readonly kind: 'hangs' | 'hangs and ignores its signal' }

/** An answer, though not always a good one. */
export interface AnswerFate {
  readonly kind: 'answer'
  readonly status: number
  readonly delayMs: number
  readonly retryAfter: Hostile
  readonly json: JsonFate
  /** Results of capture v1, for its events in turn. */
  readonly words: readonly Hostile[]
  readonly body: BodyFate
}

/** What comes of reading an answer's JSON. */
export type JsonFate =
  | 'results'
  | 'no results'
  | 'no object'
  | 'malformed'
  | 'broken off'
  | 'throws'
  | 'hangs'

/** What comes of reading an answer's body. */
export type BodyFate = 'none' | 'unreadable' | 'locked' | 'stalls' | 'endless' | 'breaks off' | 'nonsense'

const text = (...texts: readonly string[]) =>
  fc.constantFrom(...texts).map((value): Hostile => ({ kind: 'plain', value }))

/** Any fate, and success more often than not. */
export const fate: fc.Arbitrary<Fate> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      status: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(200, 204, 299) },
        { weight: 3, arbitrary: fc.constantFrom(301, 400, 401, 404, 408, 413, 413, 429, 500, 503) },
        { weight: 1, arbitrary: fc.constantFrom(0, -1, 199, 600, 2 ** 40, Number.NaN, Infinity, 200.5) },
      ),
      delayMs: fc.constantFrom(0, 0, 0, 20, 700, 5000),
      retryAfter: fc.oneof(
        {
          weight: 5,
          arbitrary: text('', '1', '3', '0', 'soon', 'Sat, 15 Jun 2024 12:30:50 GMT', '9'.repeat(400)),
        },
        { weight: 1, arbitrary: hostileValue },
      ),
      json: fc.constantFrom<JsonFate>(
        ...(['results', 'results', 'results', 'no results', 'no object'] as const),
        ...(['malformed', 'broken off', 'throws', 'hangs'] as const),
      ),
      words: fc.array(
        fc.oneof(
          { weight: 6, arbitrary: text('ok', 'ok', 'warning', 'limited', 'retry', 'drop', 'new word') },
          { weight: 1, arbitrary: hostileValue },
        ),
        { minLength: 1, maxLength: 4 },
      ),
      body: fc.constantFrom<BodyFate>(
        ...([
          'none',
          'none',
          'none',
          'unreadable',
          'locked',
          'stalls',
          'endless',
          'breaks off',
          'nonsense',
        ] as const),
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('rejects' as const, 'throws' as const, 'answers nonsense' as const),
      value: hostileValue,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('hangs' as const, 'hangs and ignores its signal' as const),
    }),
  },
)
