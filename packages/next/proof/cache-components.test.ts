import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { cookieMembers, documentHeaders, visitorCookie } from 'testkit'
import { describe, expect, it } from 'vitest'
import { comparable } from '../test/twins/same-answer.ts'
import { routesIn, useTwins } from '../test/twins/twin-sites.ts'

const short = process.env['HEDGEROW_PROOF'] === 'short'
const twins = useTwins(join(import.meta.dirname, 'cached/app'), short ? ['with'] : ['with', 'without'])

describe('P27: an application with Cache Components', () => {
  it('keeps pages and handlers static, and the shells of pages that show a visitor', () => {
    expect(routesIn(twins.built.with)).toEqual([
      '○ /',
      '○ /_not-found',
      '○ /api/static',
      'ƒ /api/who',
      '○ /cached',
      '◐ /forbidden',
      '◐ /partly',
    ])
    expect(twins.built.with).not.toMatch(/hedgerow/i)
  })

  it('sends the shell at once, and the visitor when that is known', async () => {
    const headers = { ...documentHeaders, ...visitorCookie('watches') }
    const outgoing = request(`${twins.running.with.url}/partly`, { headers, agent: false }).end()
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    const [shell] = (await once(response.setEncoding('utf8'), 'data')) as [string]
    let body = shell
    for await (const chunk of response) body += String(chunk)

    expect(response.headers['x-nextjs-prerender']).toBe('1')
    expect(shell).toContain('for everybody')
    expect(shell).not.toContain('watches')
    expect(body).toContain('visitor watches;')
    const events = await twins.eventsOf('watches', 2)
    expect(events.map(({ event }) => event)).toEqual(['$pageview', 'shown'])
  })

  it('renders what asks for the visitor once a visit, and not ahead of it', async () => {
    await twins.visit('/partly', visitorCookie('comes once'))
    await twins.visit('/', visitorCookie('comes once'))

    const events = await twins.eventsOf('comes once', 3)
    expect(events.map(({ event }) => event).toSorted()).toEqual(['$pageview', '$pageview', 'shown'])
    expect(twins.running.with.output()).not.toMatch(/unstable value|hedgerow/)
  })

  it('shows a new visitor the id of their cookie in what streams', async () => {
    const answer = await twins.visit('/partly')

    expect(answer.body).toContain(`visitor ${String(cookieMembers(answer)['distinct_id'])};`)
  })

  it('counts pages that come from the cache', async () => {
    await twins.visit('/', visitorCookie('comes back'))
    await twins.visit('/cached', visitorCookie('comes back'))

    const events = await twins.eventsOf('comes back', 2)
    expect(events.map(({ properties }) => properties['$pathname'])).toEqual(['/', '/cached'])
  })

  it('lets nobody ask for a visitor in what is cached for all: Next.js says so, and the page streams on', async () => {
    const { status, body } = await twins.visit('/forbidden')

    expect(status).toBe(200)
    expect(body).toContain('answer: ')
    expect(twins.running.with.output()).toMatch(
      /"\/forbidden": `headers\(\)` can't be read inside `"use cache"`/,
    )
  })
})

// Its other half takes a build of its own.
describe.each(short ? [] : [twins])('without Hedgerow that application', (both) => {
  it('has the same routes', () => {
    expect(routesIn(both.built.without)).toEqual(routesIn(both.built.with))
  })

  it.each(['/', '/cached', '/api/static'])('answers %s alike', async (path) => {
    const options = { headers: { ...documentHeaders, ...visitorCookie('compares') } }

    const withHedgerow = await both.ask('with', path, options)
    const without = await both.ask('without', path, options)

    expect(comparable(withHedgerow, both.running.with.url)).toEqual(
      comparable(without, both.running.without.url),
    )
  })
})
