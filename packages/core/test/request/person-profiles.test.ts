import { describe, expect, it } from 'vitest'
import { type PersonProfiles, type RequestScope } from '../../src/index.ts'
import { type Browser, formRequest, scriptRequest, secret } from './browser.ts'
import { startClient } from './start-client.ts'

const use = (scope: RequestScope) => scope.capture('used')
const hint = '01901b2c-1111-7000-8000-000000000001'
const sdkCookie = {
  headers: { cookie: `ph_phc_test_posthog={"distinct_id":"${hint}","$user_state":"identified"}` },
}
const header = { headers: { ...scriptRequest.headers, 'x-posthog-distinct-id': hint } }

/** Visits, and the ids that their events have: by name, `new` for one made for the request. */
const visits: [string, (browser: () => Browser) => void][] = [
  ['a new visitor', (browser) => void browser().visit(use)],
  ['a script without a cookie', (browser) => void browser().visit(use, scriptRequest)],
  ['posthog-js’s cookie', (browser) => void browser().visit(use, sdkCookie)],
  ['posthog-js’s header', (browser) => void browser().visit(use, header)],
  ['a login', (browser) => void browser().visit((scope) => void scope.identify('user_1'), formRequest)],
]

describe('person profiles', () => {
  it.each<[PersonProfiles | undefined, Record<string, string>]>([
    [
      undefined,
      {
        'a new visitor': 'used: none, $pageview: none',
        'a script without a cookie': 'used: none',
        'posthog-js’s cookie': 'used: none, $pageview: none',
        'posthog-js’s header': 'used: none',
        'a login': '$identify: person',
      },
    ],
    [
      'always',
      {
        'a new visitor': 'used: person, $pageview: person',
        'a script without a cookie': 'used: none',
        'posthog-js’s cookie': 'used: none, $pageview: none',
        'posthog-js’s header': 'used: none',
        'a login': '$identify: person',
      },
    ],
    [
      'never',
      {
        'a new visitor': 'used: none, $pageview: none',
        'a script without a cookie': 'used: none',
        'posthog-js’s cookie': 'used: none, $pageview: none',
        'posthog-js’s header': 'used: none',
        'a login': '',
      },
    ],
  ])('%s: these visits create persons', async (personProfiles, expected) => {
    const said: Record<string, string> = {}
    for (const [name, act] of visits) {
      const { browser, events } = await startClient({ personProfiles })
      act(browser)
      const all = await events()
      expect(new Set(all.map((event) => event.distinct_id)).size).toBe(all.length === 0 ? 0 : 1)
      said[name] = all
        .map(
          ({ event, properties }) =>
            `${event}: ${properties['$process_person_profile'] === false ? 'none' : 'person'}`,
        )
        .join(', ')
    }

    expect(said).toEqual(expected)
  })

  it('of whom the signed cookie knows: a person where the mode says so', async () => {
    const modes: PersonProfiles[] = ['identified_only', 'always', 'never']
    const said: unknown[] = []
    for (const personProfiles of modes) {
      const { browser, events } = await startClient({ secret, personProfiles })
      const visitor = browser()
      visitor.visit()
      visitor.visit(use, scriptRequest)
      visitor.visit((scope) => void scope.identify('user_1'), formRequest)
      visitor.visit(use, scriptRequest)
      said.push(
        (await events())
          .filter(({ event }) => event === 'used')
          .map(({ properties }) => properties['$process_person_profile'] !== false),
      )
    }

    expect(said).toEqual([
      [false, true],
      [true, true],
      [false, false],
    ])
  })

  it('never: a login still names the user of the request, and an alias is not sent either', async () => {
    const { browser, events } = await startClient({ personProfiles: 'never' })

    browser().visit((scope) => {
      void scope.identify('user_1', { set: { plan: 'pro' } })
      scope.alias({ alias: 'crm_1' })
      scope.capture('used')
    }, formRequest)

    expect((await events()).map(({ event, distinct_id: id }) => [event, id])).toEqual([['used', 'user_1']])
  })

  it('of twenty anonymous requests of one visitor: one id, no person, one session', async () => {
    const { browser, events } = await startClient({ secret })
    const visitor = browser()
    for (let request = 0; request < 20; request++) visitor.visit(use, request % 2 ? scriptRequest : {})

    const all = await events()
    expect(all).toHaveLength(30)
    const different = (values: unknown[]) => new Set(values).size
    expect(different(all.map((event) => event.distinct_id))).toBe(1)
    expect(different(all.map(({ properties }) => properties['$session_id']))).toBe(1)
    for (const { properties } of all) expect(properties['$process_person_profile']).toBe(false)
  })

  it('that are none of the three fail at boot', async () => {
    const { client } = await startClient()

    expect(() => client.requestLayer({ identity: { personProfiles: 'some' as 'never' } })).toThrow(
      'identity.personProfiles must be one of identified_only, always, never',
    )
  })
})
