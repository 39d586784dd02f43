import { expect, it } from 'vitest'
import { CapturedErrors } from './captured-errors.ts'

it.each([
  ['an error', new Error('x')],
  ['a plain object', { reason: 'x' }],
  ['a frozen error', Object.freeze(new Error('x'))],
  [
    'a proxy that refuses everything',
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('get')
        },
        defineProperty: () => {
          throw new Error('define')
        },
      },
    ),
  ],
])('captures %s once', (_, thrown) => {
  const captured = new CapturedErrors()

  expect([captured.claim(thrown), captured.claim(thrown)]).toEqual([true, false])
})

it.each(['text', 5, null, undefined, Symbol('q')])(
  'captures %s each time: it has no identity',
  (thrown: unknown) => {
    const captured = new CapturedErrors()

    expect([captured.claim(thrown), captured.claim(thrown)]).toEqual([true, true])
  },
)

it('skips an error that another PostHog library has captured', () => {
  const error = Object.assign(new Error('x'), { __posthog_previously_captured_error: true })

  expect(new CapturedErrors().claim(error)).toBe(false)
})

it('marks the error for other PostHog libraries, out of sight of the application', () => {
  const error = new Error('x')

  new CapturedErrors().claim(error)

  expect(error).toHaveProperty('__posthog_previously_captured_error', true)
  expect(Object.keys(error)).toEqual([])
})
