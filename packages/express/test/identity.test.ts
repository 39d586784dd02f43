import { browserCookie, browserSession, cookieBack, cookieLines, cookieMembers } from 'testkit'
import { describe, expect, it } from 'vitest'
import { majors, startSite, startTime } from './test-site.ts'

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const anonymous = '01901b2c-1111-7000-8000-000000000001'
const minute = 60_000

describe.each(majors)('the visitor in %s', (_name, express) => {
  const page = () =>
    startSite(express, { routes: (app) => app.get('/', (req, res) => res.send(req.hedgerow.distinctId)) })

  it('is told by a first cookie that the browser SDK can adopt', async () => {
    const site = await page()

    const answer = await site.visit('/')

    const [line = ''] = cookieLines(answer)
    const { $sesid, ...members } = cookieMembers(answer)
    expect(line.slice(line.indexOf(';'))).toBe('; Path=/; Max-Age=31536000; SameSite=Lax')
    expect(members).toEqual({
      distinct_id: answer.body,
      $device_id: answer.body,
      $user_state: 'anonymous',
    })
    expect($sesid).toEqual([startTime, expect.stringMatching(uuidV7), startTime])
  })

  it('keeps the session begun with the first cookie', async () => {
    const site = await page()

    const first = await site.visit('/')
    await site.visit('/', { cookie: cookieBack(first) })

    const [, session] = cookieMembers(first)['$sesid'] as unknown[]
    const sessions = (await site.events()).map(({ properties }) => properties['$session_id'])
    expect(sessions).toEqual([session, session])
  })

  it('is personless and says where its id is from, until the application vouches for a user', async () => {
    const site = await page()

    await site.visit('/')
    await site.visit('/', { cookie: browserCookie({ distinct_id: anonymous }) })

    const said = (await site.events()).map(({ properties }) => [
      properties['$hedgerow_id_source'],
      properties['$process_person_profile'],
    ])
    expect(said).toEqual([
      ['minted', false],
      ['cookie', false],
    ])
  })

  it('with an identified browser cookie keeps that id, but only as a hint', async () => {
    const site = await startSite(express, {
      routes: (app) =>
        app.get('/', ({ hedgerow }, res) => {
          hedgerow.capture('order placed')
          res.send([hedgerow.distinctId, hedgerow.identitySource, String(hedgerow.isIdentified)].join())
        }),
    })

    const answer = await site.visit('/', {
      cookie: browserCookie({ distinct_id: 'user_7', $user_state: 'identified' }),
    })

    expect(answer.body).toBe('user_7,cookie,false')
    const events = await site.events()
    expect(events.map((event) => event.event)).toEqual(['order placed', '$pageview'])
    for (const { properties } of events) {
      expect(properties).toMatchObject({ $hedgerow_id_source: 'cookie', $process_person_profile: false })
      expect(properties).not.toHaveProperty('$set')
      expect(properties).not.toHaveProperty('$set_once')
    }
  })

  it('brings the device of the browser cookie to events and flags', async () => {
    const site = await page()

    await site.visit('/', { cookie: browserCookie({ distinct_id: 'user_7', $device_id: 'device_3' }) })

    expect((await site.events())[0]?.properties['$device_id']).toBe('device_3')
    expect(site.posthog.flagCalls()[0]?.body).toMatchObject({
      distinct_id: 'user_7',
      $device_id: 'device_3',
      person_properties: { $device_id: 'device_3' },
    })
  })

  it.each([
    ['is idle for 29 minutes', 29 * minute, 60 * minute, browserSession],
    ['is idle for 31 minutes', 31 * minute, 60 * minute, undefined],
    ['lasts almost 24 hours', minute, 24 * 60 * minute - minute, browserSession],
    ['lasts over 24 hours', minute, 24 * 60 * minute + minute, undefined],
    ['comes from a clock 29 minutes ahead', -29 * minute, 0, browserSession],
    ['comes from a clock 31 minutes ahead', -31 * minute, 0, undefined],
  ])('whose browser session %s', async (_case, idleMs, ageMs, expected) => {
    const site = await page()
    const $sesid = [startTime - idleMs, browserSession, startTime - ageMs]

    await site.visit('/', { cookie: browserCookie({ distinct_id: anonymous, $sesid }) })

    expect((await site.events())[0]?.properties['$session_id']).toBe(expected)
  })

  it('of the older browser SDK, which wrote no start of the session, has its session too', async () => {
    const site = await page()

    await site.visit('/', {
      cookie: browserCookie({ distinct_id: anonymous, $sesid: [startTime - minute, browserSession] }),
    })

    expect((await site.events())[0]?.properties['$session_id']).toBe(browserSession)
  })

  it('gets an id for the one request, and no cookie, where the request is not for a page', async () => {
    const site = await page()

    const answer = await site.send('/', { headers: { accept: 'application/json' } })

    expect(answer.body).toMatch(uuidV7)
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(await site.events()).toEqual([])
  })
})
