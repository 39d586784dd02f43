import { describe, expect, it } from 'vitest'
import type { RequestFacts } from './request-facts.ts'
import { distinctIdHeader, sessionIdHeader, windowIdHeader } from './tracing-headers.ts'

const session = '01901b2c-0000-7000-8000-000000000001'

function facts(name: string, value: string | undefined): RequestFacts {
  const header = (asked: string) => (asked === name ? value : undefined)
  return { method: 'GET', protocol: 'http', host: undefined, path: '/', ip: undefined, header }
}

describe('the headers of posthog-js', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    [' \u0000\u0085 ', undefined],
    ['user_7', 'user_7'],
    ['  user_7  ', 'user_7'],
    ['us\u0000er\u007f_\u009f7\n', 'user_7'],
    ['user_7, user_8', 'user_7'],
    ['anonymous, user_8', 'user_8'],
    [', , user_8', 'user_8'],
    ['user,7', 'user,7'],
    ['null', undefined],
    ['x'.repeat(200), 'x'.repeat(200)],
    ['x'.repeat(10_000), undefined],
    [`${'x'.repeat(10_000)}, user_8`, 'user_8'],
  ])('with the distinct id %j name %s', (value, expected) => {
    expect(distinctIdHeader(facts('x-posthog-distinct-id', value))).toBe(expected)
  })

  it.each([
    [session, session],
    [`\u0001${session.toUpperCase()} `, session.toUpperCase()],
    [`none, ${session}`, session],
    [session.slice(1), undefined],
    ['17', undefined],
  ])('with the session %j are of session %s', (value, expected) => {
    expect(sessionIdHeader(facts('x-posthog-session-id', value))).toBe(expected)
  })

  it.each([
    ['window_1', 'window_1'],
    ['w'.repeat(1001), 'w'.repeat(1000)],
    ['\u0000', undefined],
  ])('with the window %j are of window %s', (value, expected) => {
    expect(windowIdHeader(facts('x-posthog-window-id', value))).toBe(expected)
  })
})
