import { v1Error, v1Results } from 'testkit'
import type { Answer } from 'testkit'
import { describe, expect, it } from 'vitest'
import { answerInTurn, startCapture } from '../capture/capture-setup.ts'
import { answerV1InTurn, captureOne, startV1, waitsBetween } from './v1-setup.ts'

/** Much shorter than what the server asks for, so that only obedience explains the wait. */
const fetchRetryDelay = 250

describe('a short backoff obeys Retry-After', () => {
  it.each([429, 503])('of a %i in capture v0', async (status) => {
    const setup = await startCapture({ fetchRetryDelay })
    const arrivals = answerInTurn(setup, { status, headers: { 'retry-after': '3' } }, { status: 200 })

    await captureOne(setup)

    const [wait, ...more] = waitsBetween(arrivals)
    expect(wait).toBeGreaterThanOrEqual(2500)
    expect(wait).toBe(3000)
    expect(more).toEqual([])
  })

  it('of a 503 in capture v1', async () => {
    const setup = await startV1({ fetchRetryDelay })
    const arrivals = answerV1InTurn(setup, (request) => v1Error(request, 503, { retryAfter: 3 }))

    await captureOne(setup)

    const [wait, ...more] = waitsBetween(arrivals)
    expect(wait).toBeGreaterThanOrEqual(2500)
    expect(wait).toBe(3000)
    expect(more).toEqual([])
  })

  it('of a 200 in capture v1 that asks for an event once more', async () => {
    const setup = await startV1({ fetchRetryDelay })
    const arrivals = answerV1InTurn(setup, (request) => v1Results(request, () => 'retry', { retryAfter: 3 }))

    await captureOne(setup)

    const [wait, ...more] = waitsBetween(arrivals)
    expect(wait).toBeGreaterThanOrEqual(2500)
    expect(wait).toBe(3000)
    expect(more).toEqual([])
  })

  it('and without one it is a quarter of a second at most', async () => {
    const setup = await startV1({ fetchRetryDelay })
    const arrivals = answerV1InTurn(setup, (request) =>
      v1Results(request, () => 'retry', { retryAfter: null }),
    )

    await captureOne(setup)

    const [wait] = waitsBetween(arrivals)
    expect(wait).toBeGreaterThanOrEqual(125)
    expect(wait).toBeLessThanOrEqual(250)
  })

  const answerWith = async (retryAfter: string): Promise<number[]> => {
    const setup = await startV1({ fetchRetryDelay })
    const unavailable: Answer = { status: 503, headers: { 'retry-after': retryAfter } }
    const arrivals = answerV1InTurn(setup, unavailable)
    await captureOne(setup)
    return waitsBetween(arrivals)
  }

  it.each([
    ['3', 3000],
    ['60, 120', 30_000],
    ['Sat, 15 Jun 2024 12:30:50 GMT', 4877],
  ])('spelled %j', async (retryAfter, expected) => {
    expect(await answerWith(retryAfter)).toEqual([expected])
  })

  it.each(['10 minutes', '0', '-3', '1.5', 'Sat, 15 Jun 2024 12:30:40 GMT'])(
    'unless it is spelled %j, which asks for nothing',
    async (retryAfter) => {
      const [wait, ...more] = await answerWith(retryAfter)

      expect(wait).toBeLessThanOrEqual(250)
      expect(more).toEqual([])
    },
  )
})
