import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { browserCookieName, browserCookieValue, readBrowserCookie } from './browser-cookie.ts'
import { cookieValues } from './cookies.ts'

const name = 'ph_phc_test_posthog'

/** Values as they might arrive, from nearly right to noise. */
const members = fc.record(
  {
    distinct_id: fc.oneof(fc.string(), fc.uuid(), fc.jsonValue()),
    $device_id: fc.oneof(fc.string(), fc.jsonValue()),
    $user_state: fc.oneof(fc.constantFrom('anonymous', 'identified'), fc.jsonValue()),
    $sesid: fc.oneof(fc.tuple(fc.integer(), fc.uuid(), fc.integer()), fc.jsonValue()),
    __proto__: fc.jsonValue(),
  },
  { requiredKeys: [] },
)
const text = fc.oneof(
  members.map((value) => JSON.stringify(value)),
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('{', '{}', '%', '%7B', 'null', '{"distinct_id":', '{"__proto__":{"distinct_id":"x"}}'),
)
const value = fc.oneof(
  text,
  text.map((given) => encodeURIComponent(given)),
  text.map((given) => encodeURIComponent(encodeURIComponent(given))),
)
const header = fc.oneof(
  value.map((given) => `${name}=${given}`),
  fc
    .array(value, { maxLength: 4 })
    .map((values) => values.map((given) => `a=1; ${name}=${given}`).join('; ')),
  fc.string({ unit: 'binary' }),
)

describe('the browser cookie', () => {
  it('is read without an exception, whatever is in it, and gives a usable id or nothing', () => {
    fc.assert(
      fc.property(header, (given) => {
        const cookie = readBrowserCookie(cookieValues(given, name))
        if (cookie === undefined) return
        const { distinctId, deviceId, state, session } = cookie
        for (const id of [distinctId, deviceId ?? 'none given']) {
          expect(id).toBe(id.trim())
          expect(id.length).toBeGreaterThan(0)
          expect(id.length).toBeLessThanOrEqual(200)
          expect(id).not.toMatch(/[\0-\x1f\x7f-\x9f]/)
        }
        expect(['anonymous', 'identified', undefined]).toContain(state)
        const { id, lastActivity, start } = session ?? { id: crypto.randomUUID(), lastActivity: 1, start: 1 }
        expect(id).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i)
        expect([Number.isFinite(lastActivity), Number.isFinite(start)]).toEqual([true, true])
      }),
      { numRuns: 2000 },
    )
  })

  it('that the server writes is read back as it was', () => {
    const session = {
      id: '01901b2c-0000-7000-8000-000000000001',
      lastActivity: 1_718_454_645_123,
      start: 1_718_454_000_000,
    }

    const written = browserCookieValue('01901b2c-1111-7000-8000-000000000001', session)

    expect(readBrowserCookie([written])).toEqual({
      distinctId: '01901b2c-1111-7000-8000-000000000001',
      deviceId: '01901b2c-1111-7000-8000-000000000001',
      state: 'anonymous',
      session,
    })
  })

  it.each([
    ['phc_abc', 'ph_phc_abc_posthog'],
    ['a+b/c=', 'ph_aPLbSLcEQ_posthog'],
    ['a++//==', 'ph_aPLPLSLSLEQEQ_posthog'],
  ])('of the token %s is called %s', (token, expected) => {
    expect(browserCookieName(token)).toBe(expected)
  })

  it('is not one whose name only ends alike', () => {
    const other = `x${name}=%7B%22distinct_id%22%3A%22a%22%7D; ${name}2=%7B%22distinct_id%22%3A%22b%22%7D`

    expect(readBrowserCookie(cookieValues(other, name))).toBeUndefined()
    expect(readBrowserCookie(cookieValues(undefined, name))).toBeUndefined()
  })
})
