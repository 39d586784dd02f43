import { describe, expect, it } from 'vitest'
import type { ResponseFacts } from '../../src/adapter.ts'
import { classifyAgent } from '../../src/bots.ts'
import { campaignParameters } from '../../src/campaign-parameters.ts'
import type { RequestOptions } from '../../src/index.ts'
import { type EndedRequest, judgePageview, type PageviewReason } from '../../src/request/pageview.ts'
import { judgeDocument } from '../../src/request/document.ts'
import { codes, readTables } from '../document-tables.ts'
import { pageFacts } from '../request/open-scope.ts'
import { page, startPageviews } from './pageview-setup.ts'

const { text, table } = await readTables('pageviews.md')

function headersOf(spans: readonly string[]): Record<string, string> {
  const pairs = spans.flatMap((span) => {
    const [, name, value] = /^([A-Za-z-]+): (.*)$/.exec(span) ?? []
    return name && value ? [[name.toLowerCase(), value] as const] : []
  })
  return Object.fromEntries(pairs)
}

function verdict(
  request: Pick<EndedRequest, 'facts' | 'response'> & Partial<EndedRequest>,
): [boolean, string] {
  const options = { mode: 'server', accept: undefined, api: false, bots: 'drop' } as const
  const { counts, reason } = judgePageview({
    document: judgeDocument(request.facts, []),
    options,
    ownBotTokens: [],
    bootstrapped: false,
    onBadAnswer: () => {},
    ...request,
  })
  return [counts, reason]
}

const expected = (row: string[]): [boolean, string] => [row[1] === 'yes', codes(row[2])[0] ?? '']

describe('docs/pageviews.md', () => {
  it.each(table('request'))('is right about the request %s: %s', (...row) => {
    const [start = '', ...rest] = codes(row[0])
    const [method = '', path = ''] = start.split(' ')
    const headers = headersOf(rest)
    const facts = pageFacts({}, { method, path, header: (name) => headers[name] })

    expect(verdict({ facts, response: page })).toEqual(expected(row))
  })

  it.each(table('response'))('is right about the response %s: %s', (...row) => {
    const spans = codes(row[0])
    const headers = headersOf(spans)
    const unseen = spans.includes('aborted before the headers')
    const response: ResponseFacts = {
      status: Number(spans[0]) || 200,
      route: spans.includes('no route') ? undefined : '/page',
      contentType: headers['content-type'],
      contentDisposition: headers['content-disposition'],
      cacheControl: undefined,
      completed: !spans.includes('aborted') && !unseen,
      headersAt: unseen ? undefined : page.headersAt,
    }
    const facts = spans.includes('no Sec-Fetch headers')
      ? pageFacts({}, { header: (name) => (name === 'accept' ? 'text/html' : undefined) })
      : pageFacts()

    expect(verdict({ facts, response })).toEqual(expected(row))
  })

  it('is right about what the application says', () => {
    const base = { accept: undefined, api: false, mode: 'server', bots: 'drop' } as const
    const facts = pageFacts()
    const bot = pageFacts({ 'user-agent': 'Googlebot/2.1' })
    const json = { ...page, contentType: 'application/json' }
    const unseen = { ...page, status: undefined, contentType: undefined, headersAt: undefined }

    const said = [
      verdict({ facts, response: page, options: { ...base, mode: 'off' } }),
      verdict({ facts, response: { ...page, pageview: false } }),
      verdict({ facts, response: { ...json, pageview: true } }),
      verdict({ facts, response: page, options: { ...base, accept: () => false } }),
      verdict({ facts, response: json, options: { ...base, accept: () => true } }),
      verdict({ facts, response: json, options: { ...base, api: true } }),
      verdict({ facts, response: page, options: { ...base, mode: 'hybrid' }, bootstrapped: true }),
      verdict({ facts, response: unseen, options: { ...base, mode: 'hybrid' } }),
      verdict({ facts, response: unseen, options: { ...base, mode: 'hybrid', accept: () => true } }),
      verdict({ facts: bot, response: page }),
    ]

    expect(table('what says so').map(expected)).toEqual(said)
  })

  it('names every reason that there is', () => {
    // The compiler sees to it that none is missing; the first ones are told apart before there is a response.
    const reasons: Record<
      Exclude<PageviewReason, 'service-worker' | 'turbo-visit' | 'htmx-boosted'>,
      true
    > = {
      'sec-fetch': true,
      accept: true,
      method: true,
      prefetch: true,
      upgrade: true,
      asset: true,
      data: true,
      fragment: true,
      bot: true,
      probe: true,
      page: true,
      api: true,
      'route-option': true,
      'accept-option': true,
      off: true,
      browser: true,
      aborted: true,
      status: true,
      download: true,
      'not-html': true,
      unmatched: true,
    }
    const rows = [...table('request'), ...table('response'), ...table('what says so')]

    expect(new Set(rows.map((row) => expected(row)[1]))).toEqual(new Set(Object.keys(reasons)))
  })

  it.each(table('who'))('is right about %s: %s', (who, examples) => {
    const [kind, bot] = codes(who)

    const agents = codes(examples).map((agent) => ({ bot: undefined, ...classifyAgent(agent, []) }))

    expect(agents.length).toBeGreaterThan(0)
    expect(agents.filter((agent) => agent.kind !== kind || agent.bot !== bot)).toEqual([])
  })

  it.each(table('`pageviews.bots`'))('is right about bots: %s', async (bots, name, refused) => {
    const policy = bots.replaceAll(/[`']/g, '') as 'drop' | 'tag' | 'capture'
    const { client, end, events } = await startPageviews({ bots: policy })

    end(pageFacts({ 'user-agent': 'Googlebot/2.1' }), page)

    expect((await events()).map(({ event }) => event)).toEqual(codes(name))
    expect(client.stats().refused['bot'] ?? 0).toBe(Number(refused))
  })

  it.each(table('`pageviews.mode`'))('is right about the mode %s', (mode, scripted, other) => {
    const options = {
      mode: mode.replaceAll(/[`']/g, '') as 'server',
      accept: undefined,
      api: false,
      bots: 'drop',
    } as const
    const request = { facts: pageFacts(), response: page, options }
    const who = (bootstrapped: boolean) => {
      const [counts, reason] = verdict({ ...request, bootstrapped })
      return counts ? 'server' : reason === 'browser' ? 'browser' : 'nobody here'
    }

    expect([who(true), who(false)]).toEqual([scripted, other])
  })

  it('is right about the defaults of the options', async () => {
    const given = Object.fromEntries(
      table('option')
        .filter(([, fallback]) => fallback !== 'none')
        .map(([name, fallback]) => [
          codes(name)[0]?.replace('pageviews.', ''),
          JSON.parse((codes(fallback)[0] ?? '').replaceAll("'", '"')) as unknown,
        ]),
    ) as RequestOptions['pageviews']
    const visits = [
      pageFacts(),
      pageFacts({ 'user-agent': 'Googlebot/2.1' }),
      pageFacts({ 'sec-fetch-dest': 'empty' }),
    ]
    const [explicit, implicit] = [await startPageviews(given), await startPageviews()]

    for (const { end } of [explicit, implicit]) for (const facts of visits) end(facts, page)

    expect(given).toEqual({ mode: 'server', api: false, bots: 'drop' })
    expect(explicit.verdicts()).toEqual(implicit.verdicts())
  })

  it('lists the properties that pageviews have, and no others', async () => {
    const { end, events, runtime } = await startPageviews({ bots: 'tag' })
    const sesid = `[${runtime.now()},"0190163d-8694-739b-aea5-966c26f8ad90",${runtime.now()}]`
    const cookie = encodeURIComponent(`{"distinct_id":"browser_1","$device_id":"device_1","$sesid":${sesid}}`)
    const headers = { cookie: `ph_phc_test_posthog=${cookie}`, 'x-posthog-window-id': 'window_1' }
    end(pageFacts({ ...headers, 'user-agent': 'Googlebot/2.1' }), page)
    end(pageFacts({}, { ip: undefined }), { ...page, completed: false })

    const sent = new Set((await events()).flatMap(({ properties }) => Object.keys(properties)))

    expect(
      table('property')
        .flatMap(([names]) => codes(names))
        .toSorted(),
    ).toEqual([...sent].toSorted())
  })

  it('lists the campaign parameters and click ids', () => {
    const paragraph = text.split('\n\n').find((each) => each.startsWith('Parameters of the URL')) ?? ''

    expect(codes(paragraph).slice(0, campaignParameters.length)).toEqual([...campaignParameters])
  })
})
