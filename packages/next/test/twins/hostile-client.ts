import { type HttpRequest, cookieBack, documentHeaders, visitorCookie } from 'testkit'
import { describe, expect, it } from 'vitest'
import type { TwinSites } from './twin-sites.ts'

const json = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const forged = `v1.${json({ i: 'victim', s: 'identified', id: 'victim', state: 'identified' })}.${'A'.repeat(43)}`
const forgedCookies = [
  `hedgerow_phc_test=${forged}`,
  `ph_phc_test_posthog=${encodeURIComponent(JSON.stringify({ distinct_id: 'victim', $user_state: 'identified' }))}`,
  'hedgerow=victim; distinct_id=victim; x-hedgerow-user=victim',
].join('; ')

/** Headers that Next.js, a platform or Hedgerow give a meaning, written by hand. */
const attacks: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'ids of posthog-js': { 'x-posthog-distinct-id': 'victim', 'x-posthog-session-id': 'victim' },
  'headers that Hedgerow might have': {
    'x-hedgerow-distinct-id': 'victim',
    'x-hedgerow-user': 'victim',
    'x-hedgerow-scope': json({ distinctId: 'victim', isIdentified: true }),
    'hedgerow-identity': 'victim',
  },
  'forged cookies': { cookie: forgedCookies },
  'a request that the proxy would have replaced': {
    'x-middleware-override-headers': 'cookie,x-gateway-user',
    'x-middleware-request-cookie': forgedCookies,
    'x-middleware-request-x-gateway-user': 'victim',
    'x-middleware-set-cookie': `hedgerow_phc_test=${forged}`,
    'x-middleware-next': '1',
  },
  'a request that the proxy would have rewritten': {
    'x-middleware-rewrite': '/api/who',
    'x-middleware-invoke': '1',
    'x-invoke-path': '/api/who',
    'x-matched-path': '/api/who',
    'x-nextjs-data': '1',
    'x-now-route-matches': '1=victim',
    'next-resume': '1',
  },
  'a request that the proxy would have made itself': {
    'x-middleware-subrequest': Array.from({ length: 6 }, () => 'proxy').join(':'),
    'x-middleware-subrequest-id': '0'.repeat(32),
  },
  'a request that middleware would have made itself': {
    'x-middleware-subrequest': Array.from({ length: 6 }, () => 'middleware').join(':'),
  },
}
const everything = Object.assign({}, ...Object.values(attacks)) as Record<string, string>
const cases: readonly (readonly [name: string, headers: Readonly<Record<string, string>>])[] = [
  ...Object.entries(attacks),
  ['all of that at once', everything],
]

/** Where a client may ask who it is. */
const places = [
  { method: 'GET', path: '/api/who' }, // a wrapped handler, behind the proxy
  { method: 'POST', path: '/api/who' }, // one that is not
  { method: 'GET', path: '/outside' }, // the same where the proxy is left out
  { method: 'POST', path: '/outside' },
]

/** Whatever a client writes by hand, it becomes no user, and a user stays who they are. */
export function describeHostileClient(twins: TwinSites): void {
  const who = async (headers: HttpRequest['headers']) =>
    Promise.all(
      places.map(async ({ method, path }) => {
        const { body } = await twins.ask('with', path, { method, headers: { ...headers } })
        return JSON.parse(body) as [id: string, source: string, isIdentified: boolean]
      }),
    )

  describe('P11: a client that sends by hand', () => {
    it.each(cases)('%s changes nobody whom the application knows', async (_name, headers) => {
      const answers = await who({ ...headers, 'x-gateway-user': 'user_1' })

      expect(answers).toEqual(places.map(() => ['user_1', 'resolver', true]))
    })

    it.each(cases)('%s changes nobody whom a signed cookie knows', async (_name, headers) => {
      const login = await twins.ask('with', '/api/login', {
        method: 'POST',
        headers: visitorCookie('browser_9'),
      })
      const own = cookieBack(login)
      const before = await who({ ...headers, cookie: `${own}; ${headers['cookie'] ?? ''}` })
      const after = await who({ ...headers, cookie: `${headers['cookie'] ?? ''}; ${own}` })

      expect(JSON.parse(login.body)).toEqual(['user_9'])
      expect([...before, ...after]).toEqual(
        [...places, ...places].map(() => ['user_9', 'signed-cookie', true]),
      )
    })

    it.each(cases)('%s becomes no user', async (_name, headers) => {
      const answers = await who(headers)

      for (const [, source, isIdentified] of answers) {
        expect(isIdentified).toBe(false)
        expect(['cookie', 'header', 'minted']).toContain(source)
      }
    })

    it.each(cases)('%s does not get past the proxy', async (_name, headers) => {
      const refused = await twins.visit('/refused', { ...headers })
      const visitor = `sends ${_name}`
      await twins.visit('/plain', { ...headers, ...visitorCookie(visitor), 'x-gateway-user': visitor })

      expect(refused.status).toBe(403)
      expect(await twins.pagesOf(visitor)).toEqual(['/plain'])
    })

    it('makes no person of the one whom it names', async () => {
      await who(everything)
      await twins.visit('/dynamic', { ...documentHeaders, ...everything })
      await twins.eventsOf('victim', 3)

      const events = twins.posthog.events().filter(({ distinct_id: id }) => id === 'victim')
      for (const { event, properties } of events) {
        expect(['asked', '$pageview', '$feature_flag_called']).toContain(event)
        expect(properties).toMatchObject({ $process_person_profile: false })
        expect(['cookie', 'header']).toContain(properties['$hedgerow_id_source'])
      }
    })
  })
}
