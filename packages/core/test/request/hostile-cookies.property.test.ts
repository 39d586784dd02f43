import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RequestScope } from '../../src/index.ts'
import { ownName, sdkName, secret, signed } from './browser.ts'
import { pageFacts } from './open-scope.ts'
import { startClient } from './start-client.ts'

const honest = signed({
  id: 'user_1',
  state: 'identified',
  sid: '01901b2c-0000-7000-8000-000000000001',
  act: 1_718_454_645_123,
  start: 1_718_454_645_123,
  iat: 1_718_454_645_123,
})
const members = fc.record(
  {
    id: fc.anything(),
    distinct_id: fc.anything(),
    state: fc.constantFrom('anonymous', 'identified', 7),
    sid: fc.oneof(fc.uuid(), fc.anything()),
    act: fc.anything(),
    start: fc.anything(),
    iat: fc.anything(),
    __proto__: fc.jsonValue(),
  },
  { requiredKeys: [] },
)
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.json(), fc.base64String())
/** What a client can make of a value that it was once given: any change but none. */
const damaged = fc
  .tuple(fc.nat({ max: honest.length - 1 }), fc.constantFrom('', 'A', '_', '.', '=', ';', '\u0000'))
  .map(([at, by]) => honest.slice(0, at) + by + honest.slice(at + 1))
  .filter((value) => value !== honest && !value.startsWith(`${honest};`))
const own = fc.oneof(
  damaged,
  text,
  members.map((given) =>
    signed(JSON.stringify(given) ?? '', { secret: 'a-secret-that-was-guessed-by-a-client' }),
  ),
  text.map((given) => `v1.${given}.${given}`),
)
const sdk = fc.oneof(
  text,
  members.map((given) => JSON.stringify(given) ?? ''),
  members.map((given) => encodeURIComponent(JSON.stringify(given) ?? '')),
)
const cookies = fc
  .array(
    fc.oneof(
      own.map((value) => `${ownName}=${value}`),
      sdk.map((value) => `${sdkName}=${value}`),
    ),
    { maxLength: 6 },
  )
  .map((pairs) => pairs.join('; '))
const headers = fc.record(
  {
    cookie: cookies,
    'x-posthog-distinct-id': text,
    'x-posthog-session-id': text,
    'x-posthog-window-id': text,
    'sec-fetch-dest': fc.constantFrom('document', 'empty'),
  },
  { requiredKeys: ['cookie'] },
)

describe('cookies and headers that a client makes up', { timeout: 60_000 }, () => {
  it('make nobody a user, never throw, and leave every id and cookie in order', async () => {
    const { open, client, warnings } = await startClient({ secret })
    const acts: ((scope: RequestScope) => void)[] = [
      (scope) => scope.capture('used'),
      (scope) => scope.logout(),
      (scope) => void scope.sessionId,
      () => {},
    ]

    fc.assert(
      fc.property(
        headers,
        fc.nat({ max: 3 }),
        fc.option(fc.domain(), { nil: undefined }),
        (given, act, host) => {
          const { scope, cookies, end } = open(pageFacts(given, { host }))
          acts[act]?.(scope)
          end()

          expect(['cookie', 'header', 'minted']).toContain(scope.identitySource)
          expect(scope.isIdentified).toBe(false)
          expect(scope.distinctId).toMatch(/^[^\0-\x1f\x7f-\x9f]{1,200}$/)
          expect(scope.sessionId ?? '01901b2c-0000-7000-8000-000000000001').toMatch(/^[0-9a-f-]{36}$/i)
          for (const line of cookies)
            expect(line).toMatch(
              /^[\w%.-]+=[\w%.-]*; Path=\/; Max-Age=\d+(?:; Domain=[\w.-]+)?; SameSite=Lax(?:; HttpOnly)?$/,
            )
        },
      ),
      { numRuns: 2000, seed: 2022 },
    )
    expect(client.stats().refused).toEqual({})
    expect(warnings().filter((line) => !line.includes('cookie-domain'))).toEqual([])
  })

  it('signed by us, whatever they hold, name somebody usable or nobody', async () => {
    const { open } = await startClient({ secret })

    fc.assert(
      fc.property(
        fc.oneof(
          members.map((given) => JSON.stringify(given) ?? ''),
          text,
        ),
        (contents) => {
          const { scope, end } = open(pageFacts({ cookie: `${ownName}=${signed(contents)}` }))
          end()
          expect(scope.distinctId).toMatch(/^[^\0-\x1f\x7f-\x9f]{1,200}$/)
        },
      ),
      { numRuns: 1000, seed: 2022 },
    )
  })
})
