import { createHmac } from 'node:crypto'
import { browserCookie, documentHeaders, type HttpRequest, sendText } from 'testkit'
import { describe, expect, it } from 'vitest'
import { asyncHandler } from './async-handler.ts'
import { type ExpressModule, majors, startSite, startTime } from './test-site.ts'

const secret = 'a-secret-of-thirty-two-characters'
const victim = 'victim_1'
const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const uuid = '01901b2c-1111-7000-8000-000000000001'

function forged(id: string, key: string): string {
  const session = { sid: uuid, act: startTime, start: startTime, iat: startTime }
  const contents = Buffer.from(JSON.stringify({ id, state: 'identified', ...session })).toString('base64url')
  const signature = createHmac('sha256', key).update(`hedgerow.v1\nphc_test\n${contents}`).digest('base64url')
  return `hedgerow_phc_test=v1.${contents}.${signature}`
}

/** What an attacker sends to be somebody else, and whom an anonymous request is then taken for: an id, or somebody new. */
const attacks: [string, HttpRequest & { readonly path?: string }, string | undefined][] = [
  ['a header', { headers: { 'x-posthog-distinct-id': victim } }, victim],
  ['the header twice', { headers: { 'x-posthog-distinct-id': [victim, 'other'] } }, victim],
  ['the header in capitals', { headers: { 'X-POSTHOG-DISTINCT-ID': victim } }, victim],
  ['a header with a tab', { headers: { 'x-posthog-distinct-id': `vic\ttim_1` } }, victim],
  ['a header of 10 kB', { headers: { 'x-posthog-distinct-id': 'v'.repeat(10_000) } }, undefined],
  ['a header that means nobody', { headers: { 'x-posthog-distinct-id': 'anonymous' } }, undefined],
  [
    'headers of its own making',
    { headers: { 'x-user-id': victim, 'x-distinct-id': victim, authorization: victim } },
    undefined,
  ],
  [
    'the browser cookie',
    { headers: { cookie: browserCookie({ distinct_id: victim, $user_state: 'identified' }) } },
    victim,
  ],
  [
    'the browser cookie, anonymous',
    { headers: { cookie: browserCookie({ distinct_id: uuid, $user_state: 'anonymous' }) } },
    uuid,
  ],
  [
    'the browser cookie twice',
    {
      headers: {
        cookie: `${browserCookie({ distinct_id: 'a' })}; ${browserCookie({ distinct_id: victim, $user_state: 'identified' })}`,
      },
    },
    victim,
  ],
  [
    'cookie and header',
    { headers: { cookie: browserCookie({ distinct_id: victim }), 'x-posthog-distinct-id': 'other' } },
    victim,
  ],
  [
    'a browser cookie of 10 kB',
    { headers: { cookie: browserCookie({ distinct_id: 'v'.repeat(10_000) }) } },
    undefined,
  ],
  [
    'a control character in the cookie',
    { headers: { cookie: browserCookie({ distinct_id: 'vic\u0000tim' }) } },
    undefined,
  ],
  ['our cookie, signed with a guess', { headers: { cookie: forged(victim, 'secret') } }, undefined],
  ['our cookie, signed with the token', { headers: { cookie: forged(victim, 'phc_test') } }, undefined],
  [
    'our cookie without a signature',
    { headers: { cookie: forged(victim, 'secret').replace(/\.[^.]*$/, '.') } },
    undefined,
  ],
  [
    'the query',
    { path: `/?distinct_id=${victim}&distinctId=${victim}&$anon_distinct_id=${victim}` },
    undefined,
  ],
  [
    'the body',
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        distinct_id: victim,
        distinctId: victim,
        headers: { 'x-posthog-distinct-id': victim },
      }),
    },
    undefined,
  ],
]

function site(express: ExpressModule, resolve?: () => string) {
  return startSite(express, {
    above: (app) => app.use(express.json()),
    request: { identity: { secret, resolve }, flags: { preload: 'never' } },
    routes: (app) => {
      app.all('/', (req, res) => {
        req.hedgerow.capture('used', { plan: 'free' })
        res.json({
          id: req.hedgerow.distinctId,
          source: req.hedgerow.identitySource,
          identified: req.hedgerow.isIdentified,
        })
      })
      app.post(
        '/login',
        asyncHandler(async (req, res) => {
          await req.hedgerow.identify('attacker_1')
          res.json({})
        }),
      )
    },
  })
}

describe.each(majors)('forged identities in %s', (_name, express) => {
  it.each(attacks)(
    'by %s never change who a signed-in user is',
    async (_case, { path = '/', ...request }) => {
      const { send, events } = await site(express, () => 'user_1')

      const answer = await send(path, request)

      expect(JSON.parse(answer.body)).toEqual({ id: 'user_1', source: 'resolver', identified: true })
      expect(JSON.stringify(await events())).not.toMatch(/victim/)
      for (const event of await events()) expect(event.distinct_id).toBe('user_1')
    },
  )

  it.each(attacks)(
    'by %s make no person and set nothing on one',
    async (_case, { path = '/', ...request }, taken) => {
      const { send, events } = await site(express)

      const { id, source, identified } = JSON.parse((await send(path, request)).body) as Record<
        string,
        unknown
      >

      expect(id).toMatch(taken ?? uuidV7)
      expect(source === 'minted').toBe(taken === undefined)
      expect(identified).toBe(false)
      const [used, ...others] = await events()
      expect(others).toEqual([])
      expect(used?.distinct_id).toBe(id)
      expect(used?.properties).toMatchObject({ $hedgerow_id_source: source, $process_person_profile: false })
      for (const name of ['$set', '$set_once', '$anon_distinct_id', '$unset'])
        expect(used?.properties).not.toHaveProperty(name)
    },
  )

  it.each(attacks)('by %s are never linked to a user by a login', async (_case, request) => {
    const { send, events } = await site(express)

    await send('/login', { method: 'POST', headers: { ...request.headers, 'content-type': 'text/plain' } })

    const [identify, ...others] = await events()
    expect(others).toEqual([])
    expect(identify).toMatchObject({ event: '$identify', distinct_id: 'attacker_1' })
    expect(identify?.properties).not.toHaveProperty('$anon_distinct_id')
    expect(JSON.stringify(identify)).not.toContain(victim)
  })

  it.each([false, true])(
    'by X-Forwarded-For change the address only where the proxy is trusted: %s',
    async (isTrusted) => {
      const site = await startSite(express, {
        above: (app) => app.set('trust proxy', isTrusted),
        routes: (app) => app.get('/', (_req, res) => res.send('page')),
      })

      await site.visit('/', { 'x-forwarded-for': '198.51.100.7' })

      expect((await site.events())[0]?.properties['$ip']).toBe(isTrusted ? '198.51.100.7' : '127.0.0.1')
    },
  )

  it('by bytes that no client library would send harm nobody', async () => {
    const { port, visit, events } = await site(express)
    const request = `GET / HTTP/1.1\nHost: localhost\nConnection: close\nCookie: hedgerow_phc_test=v1.\u00ff\u0080.x; ph_phc_test_posthog=\u00fe{"distinct_id"\nX-PostHog-Distinct-Id: \t \nX-PostHog-Session-Id: \u009f\n\n`

    const answer = await sendText(port, request)

    expect(answer).toMatch(/^HTTP\/1\.1 200 OK/)
    expect((await visit('/', documentHeaders)).status).toBe(200)
    for (const { properties } of await events()) expect(properties['$hedgerow_id_source']).toBe('minted')
  })
})
