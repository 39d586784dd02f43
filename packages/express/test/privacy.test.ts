import { readFile } from 'node:fs/promises'
import express from 'express'
import { browserCookie, startScriptedServer, type WireEvent } from 'testkit'
import { expect, it } from 'vitest'
import { type ClientOptions, hedgerowErrors } from '../src/index.ts'
import { startSite, startTime } from './test-site.ts'

const definitions = {
  flags: [
    {
      id: 7,
      key: 'hero',
      active: true,
      has_experiment: true,
      filters: { groups: [{ properties: [], rollout_percentage: 100 }] },
    },
  ],
  group_type_mapping: {},
  cohorts: {},
}

/** The one visit that the page describes, to a shop whose flags PostHog evaluates, or this process. */
async function visitShop(secretKey?: string, options: ClientOptions = {}): Promise<WireEvent[]> {
  const posthog = await startScriptedServer()
  posthog.flags = { hero: true }
  posthog.always('/flags/definitions', { status: 200, body: definitions })
  const site = await startSite(express, {
    posthog,
    client: { ...(secretKey && { secretKey }), ...options },
    above: (app) => app.set('trust proxy', true),
    request: { pageviews: { bots: 'tag' } },
    routes: (app) => {
      app.get('/shops/:shop', (req, res) => {
        req.hedgerow.flags.isEnabled('hero')
        if (req.query['fail']) throw new RangeError('out of stock')
        site.runtime.setNow(startTime + 40)
        res.type('html').write('<h1>shop</h1>')
        site.runtime.setNow(startTime + 125)
        res.end()
      })
      app.use(hedgerowErrors())
      app.use(
        ((_error, _req, res, _next) => void res.status(500).send('sorry')) as express.ErrorRequestHandler,
      )
    },
  })
  if (secretKey) await site.client.waitForLocalEvaluationReady(5000)
  const session = '01901b2c-0000-7000-8000-000000000001'
  const headers = {
    cookie: browserCookie({
      distinct_id: '01901b2c-1111-7000-8000-000000000001',
      $device_id: '01901b2c-1111-7000-8000-000000000001',
      $sesid: [startTime, session, startTime],
    }),
    host: 'shop.example.com',
    referer: 'https://search.example/find?q=hedgehogs',
    'x-posthog-window-id': '01901b2c-2222-7000-8000-000000000001',
    'x-forwarded-for': '203.0.113.9',
    'x-forwarded-proto': 'https',
  }
  await site.visit('/shops/7?utm_source=mail&q=secret', headers)
  site.runtime.setNow(startTime)
  await site.visit('/shops/7?fail=1&utm_source=mail', headers)
  site.runtime.setNow(startTime)
  await site.visit('/shops/7', { ...headers, 'user-agent': 'Googlebot/2.1' })
  return site.events()
}

const page = await readFile(new URL('../../../docs/privacy.md', import.meta.url), 'utf8')
const codes = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '')

/** The properties in the table with this head, and the values that it shows. */
function documented(head: string): Record<string, string> {
  const [, table = ''] = page.split(`| ${head} | such as | turned off by |\n|---|---|---|\n`)
  const rows = (table.split('\n\n')[0] ?? '').split('\n').map((row) => row.slice(1, -1).split(' | '))
  return Object.fromEntries(rows.map(([name, value]) => [codes(name)[0] ?? '', codes(value)[0] ?? '']))
}

/** A value as the page may show it: cut off where a shown one ends in `…`. */
function shown(value: unknown, as = ''): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return as.endsWith('…') && text.startsWith(as.slice(0, -1)) ? as : text
}

const every = documented('of every event')

it.each([
  ['a pageview', '$pageview'],
  ['an exposure', '$feature_flag_called'],
  ['an exception', '$exception'],
])('docs/privacy.md lists all that leaves with %s, as it leaves', async (kind, name) => {
  const own = documented(`of ${kind} besides`)
  const listed = { ...every, ...own }
  const [remote, local] = [await visitShop(), await visitShop('phx_secret')]
  const named = [...remote, ...local].filter(
    ({ event }) => event === name || event.replace('bot_', '') === name,
  )

  const sent: Record<string, string> = {}
  for (const { properties } of named) {
    for (const [property, value] of Object.entries(properties))
      sent[property] ??= shown(value, listed[property])
  }

  expect(Object.keys(own).length).toBeGreaterThan(3)
  expect(sent).toEqual(listed)
})

it('docs/privacy.md names every kind of event that is sent without being asked for', async () => {
  const names = new Set((await visitShop()).map(({ event }) => event))

  expect([...names].toSorted()).toEqual(['$bot_pageview', '$exception', '$feature_flag_called', '$pageview'])
  for (const name of names) expect(page).toContain(`\`${name}\``)
})

it('docs/privacy.md is right about what before_send, isServer and sendFeatureFlagEvent turn off', async () => {
  const rows = page.split('\n').filter((row) => /^\| `.* \| `before_send` \|$/.test(row))
  const removable = rows.map((row) => codes(row)[0] ?? '')
  const [whole, bare] = [
    await visitShop(),
    await visitShop(undefined, {
      isServer: false,
      sendFeatureFlagEvent: false,
      before_send: (event) => {
        const kept = Object.entries(event.properties).filter(([name]) => !removable.includes(name))
        return { ...event, properties: Object.fromEntries(kept) }
      },
    }),
  ]
  const namesIn = (events: readonly WireEvent[]) =>
    new Set(events.flatMap(({ properties }) => Object.keys(properties)))

  expect(removable.filter((name) => !namesIn(whole).has(name))).toEqual([])
  expect(
    [...namesIn(bare)].filter((name) => [...removable, '$is_server', '$feature_flag'].includes(name)),
  ).toEqual([])
})
