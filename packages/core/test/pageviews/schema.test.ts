import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WireEvent } from 'testkit'
import type { ResponseFacts } from '../../src/adapter.ts'
import { pageFacts } from '../request/open-scope.ts'
import { page, startPageviews } from './pageview-setup.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const text = (longest: number) => (value: unknown) =>
  typeof value === 'string' && value.length > 0 && value.length <= longest
const wholeMs = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0
const url = (value: unknown) =>
  typeof value === 'string' && URL.canParse(value) && /^https?:\/\/[^/?#\s]+\/[^#\s]*$/.test(value)
const path = (value: unknown) => typeof value === 'string' && /^\/[^?#]*$/.test(value)
const either =
  (...values: unknown[]) =>
  (value: unknown) =>
    values.includes(value)

/** What web analytics reads of a pageview: every property that one may have, and which values. */
const always: Record<string, (value: unknown) => boolean> = {
  $pathname: path,
  $request_path: path,
  $request_method: text(20),
  $referrer: (value) => value === '$direct' || url(value),
  $referring_domain: text(300),
  $route: text(200),
  $response_time_ms: wholeMs,
  $hedgerow_id_source: either('minted', 'cookie'),
  $process_person_profile: either(false),
  $lib: either('hedgerow-node'),
  $lib_version: text(20),
  $is_server: either(true),
}
const sometimes: Record<string, (value: unknown) => boolean> = {
  $current_url: url,
  $host: (value) => typeof value === 'string' && /^[a-z0-9._:[\]-]{1,261}$/.test(value),
  $raw_user_agent: text(1000),
  $user_agent: text(1000),
  $ip: text(45),
  $geoip_disable: either(true),
  $device_id: text(200),
  $session_id: (value) => typeof value === 'string' && uuid.test(value),
  $response_status_code: (value) => Number.isSafeInteger(value) && Number(value) >= 200,
  $ttfb_ms: wholeMs,
  $aborted: either(true),
  utm_source: text(1000),
  utm_campaign: text(1000),
  gclid: text(1000),
  li_fat_id: text(1000),
}

function problems({ event, timestamp, properties, ...rest }: WireEvent): string[] {
  const found = Object.entries({ ...always, ...sometimes }).flatMap(([name, isRight]) =>
    !(name in properties) && name in sometimes
      ? []
      : isRight(properties[name])
        ? []
        : [`${name}: ${String(properties[name])}`],
  )
  const unknown = Object.keys(properties).filter((name) => !(name in always) && !(name in sometimes))
  if (event !== '$pageview') found.push(`event: ${event}`)
  if (timestamp !== '2024-06-15T12:30:45.123Z') found.push(`timestamp: ${timestamp}`)
  if (!text(200)(rest.distinct_id)) found.push('distinct_id')
  // An address makes GeoIP welcome; without one the server's own would be looked up.
  if ('$ip' in properties === '$geoip_disable' in properties) found.push('$ip and $geoip_disable')
  if ('$host' in properties !== '$current_url' in properties) found.push('$host and $current_url')
  return [...found, ...unknown.map((name) => `unknown: ${name}`)]
}

const word = fc.string({ unit: 'grapheme-ascii', maxLength: 40 })
const query = fc
  .dictionary(fc.constantFrom('utm_source', 'utm_campaign', 'gclid', 'token', 'q'), word)
  .map((all) => new URLSearchParams(all).toString())
const target = fc
  .tuple(fc.oneof(fc.webPath(), fc.webUrl(), fc.string({ unit: 'binary' })), query)
  .map(([path, query]) => `${path}?${query}`)
const sesid = fc.constantFrom(
  '[1718454645000,"0190163d-8694-739b-aea5-966c26f8ad90",1718454000000]',
  '[1,"0190163d-8694-739b-aea5-966c26f8ad90",1]',
  '["x"]',
)
const cookie = fc.oneof(
  word,
  sesid.map(
    (value) =>
      `ph_phc_test_posthog=${encodeURIComponent(`{"distinct_id":"browser_1","$device_id":"device_1","$sesid":${value}}`)}; li_fat_id=a-1`,
  ),
)
const headers = fc.record(
  {
    'user-agent': fc.oneof(word, fc.constant('M'.repeat(2000))),
    referer: fc.oneof(word, fc.webUrl(), fc.constant('android-app://com.example/')),
    cookie,
  },
  { requiredKeys: [] },
)
const host = fc.option(
  fc.oneof(fc.domain(), fc.ipV6(), word, fc.constant('my_service:8080'), fc.constant('a'.repeat(300))),
  { nil: undefined },
)
const ip = fc.option(fc.oneof(fc.ipV4(), fc.ipV6()), { nil: undefined })
const response: fc.Arbitrary<ResponseFacts> = fc.record({
  status: fc.constantFrom(200, 201, 404, 500, 503),
  route: fc.constantFrom('/page', '/shops/:shop', undefined),
  contentType: fc.constantFrom('text/html', 'text/html; charset=utf-8', 'application/xhtml+xml'),
  contentDisposition: fc.constantFrom(undefined, 'inline'),
  cacheControl: fc.constant(undefined),
  completed: fc.boolean(),
  headersAt: fc.constantFrom(page.headersAt, 1_718_454_645_200.7, 0),
})

describe('every pageview', () => {
  it(
    'has all that web analytics reads, in the right form, and nothing else',
    { timeout: 30_000 },
    async () => {
      const { end, events } = await startPageviews({}, { flushAt: 100_000, logLevel: 'warn' })
      let ended = 0

      fc.assert(
        fc.property(headers, target, host, ip, response, (given, path, host, ip, response) => {
          end(pageFacts(given, { path, host, ip }), response)
          ended++
        }),
        { numRuns: 1000, seed: 20240615 },
      )

      const sent = await events()
      // Agents made of arbitrary text are bots at times, such as those with `://` in them.
      expect(sent.length).toBeGreaterThan(ended * 0.9)
      expect(sent.flatMap(problems)).toEqual([])
    },
  )
})

describe('the session of a pageview', () => {
  const start = 1_718_454_645_123
  const minute = 60_000
  const id = '0190163d-8694-739b-aea5-966c26f8ad90'

  async function sessionAfter(idle: number, age: number): Promise<unknown> {
    const { end, events } = await startPageviews()
    const value = JSON.stringify({ distinct_id: 'browser_1', $sesid: [start - idle, id, start - age] })
    end(pageFacts({ cookie: `ph_phc_test_posthog=${encodeURIComponent(value)}` }), page)
    return (await events())[0]?.properties['$session_id']
  }

  it.each([
    ['just active', 0, minute],
    ['idle for half an hour', 30 * minute, 60 * minute],
    ['a day old', minute, 24 * 60 * minute],
  ])('is the browser’s when it is %s', async (_case, idle, age) => {
    expect(await sessionAfter(idle, age)).toBe(id)
  })

  it.each([
    ['idle for longer', 30 * minute + 1, 60 * minute],
    ['older than a day', minute, 24 * 60 * minute + 1],
  ])('is not the browser’s when it is %s', async (_case, idle, age) => {
    expect(await sessionAfter(idle, age)).not.toBe(id)
  })

  it('expires while the clock runs, from one request to the next', async () => {
    const { end, events, runtime } = await startPageviews()
    const value = encodeURIComponent(JSON.stringify({ distinct_id: 'browser_1', $sesid: [start, id, start] }))
    const visit = () => end(pageFacts({ cookie: `ph_phc_test_posthog=${value}` }), page)

    visit()
    await runtime.advance(30 * minute)
    visit()
    await runtime.advance(1)
    visit()

    const sessions = (await events()).map(({ properties }) => properties['$session_id'])
    expect(sessions.slice(0, 2)).toEqual([id, id])
    expect(sessions[2]).not.toBe(id)
  })
})
