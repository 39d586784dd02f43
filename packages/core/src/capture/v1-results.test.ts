import { describe, expect, it } from 'vitest'
import type { ClaimedEvent } from '../store/event-store.ts'
import { v1Verdicts } from './v1-results.ts'

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((uuid, index): ClaimedEvent => ({
  id: index + 1,
  uuid,
  json: '{}',
  bytes: 2,
})) as [ClaimedEvent, ClaimedEvent, ClaimedEvent, ClaimedEvent]

describe('the answer to a batch', () => {
  it('decides about each event, in the order of the batch', () => {
    const results = {
      d: { result: 'retry', details: null },
      c: { result: 'drop', details: 'too old' },
      b: { result: 'retry' },
      a: { result: 'ok', details: null },
    }

    expect(v1Verdicts([a, b, c, d], { results })).toEqual({
      done: [a],
      dropped: [{ event: c, details: 'too old' }],
      retry: [b, d],
    })
  })

  it.each(['ok', 'warning', 'limited', 'from-the-future', 'RETRY', 'Drop', ''])(
    'takes the word %j for taken',
    (result) => {
      expect(v1Verdicts([a], { results: { a: { result } } })).toEqual({ done: [a], dropped: [], retry: [] })
    },
  )

  it.each([null, 'retry', 'drop', 5, [], ['retry'], {}, { result: null }, { result: ['retry'] }])(
    'takes the verdict %j for taken',
    (verdict) => {
      expect(v1Verdicts([a], { results: { a: verdict } })).toEqual({ done: [a], dropped: [], retry: [] })
    },
  )

  it.each([{}, { results: {} }, { results: undefined }, { results: { other: { result: 'retry' } } }])(
    'takes an event that is not mentioned for taken: %j',
    (body) => {
      expect(v1Verdicts([a, b], body)).toEqual({ done: [a, b], dropped: [], retry: [] })
    },
  )

  it('finds no verdict in what every object has', () => {
    const odd = { ...a, uuid: '__proto__' }

    expect(v1Verdicts([odd], { results: {} })).toEqual({ done: [odd], dropped: [], retry: [] })
  })

  it('drops without details where none are given', () => {
    expect(v1Verdicts([a], { results: { a: { result: 'drop' } } })?.dropped).toEqual([
      { event: a, details: undefined },
    ])
  })

  it('decides about two events of one uuid alike', () => {
    const twin = { ...b, uuid: 'a' }

    expect(v1Verdicts([a, twin], { results: { a: { result: 'retry' } } })?.retry).toEqual([a, twin])
  })

  it.each([undefined, null, 'ok', 5, true, [], [{}], { results: null }, { results: [] }, { results: 'ok' }])(
    'is none when it is %j',
    (body) => {
      expect(v1Verdicts([a], body)).toBeUndefined()
    },
  )
})
