import { campaignParameters } from '../campaign-parameters.ts'
import { cookieValues } from './cookies.ts'
import { type PageUrl, pageUrl, scrubReferrer } from './page-url.ts'
import type { RequestFacts } from './request-facts.ts'
import type { UrlScrubber } from './url-scrubber.ts'

const campaignNames: ReadonlySet<string> = new Set(campaignParameters)
const longestUserAgent = 1000
const longestCampaignValue = 1000

/** What every event of a request says about it. */
export interface RequestProperties {
  readonly url: PageUrl
  readonly properties: Readonly<Record<string, unknown>>
}

/** Reads a request once for all of its events; absent values are left out. @param route undefined while it is not known. */
export function requestProperties(
  facts: RequestFacts,
  scrubber: UrlScrubber,
  route: string | undefined,
): RequestProperties {
  const url = pageUrl(facts, scrubber, route)
  const agent = cut(facts.header('user-agent') ?? '')
  const properties: Record<string, unknown> = {}
  if (url.href) properties['$current_url'] = url.href
  if (url.host) properties['$host'] = url.host
  if (url.pathname) properties['$pathname'] = url.pathname
  if (facts.method) properties['$request_method'] = facts.method
  if (url.pathname) properties['$request_path'] = url.pathname
  if (agent) {
    properties['$raw_user_agent'] = agent
    properties['$user_agent'] = agent
  }
  if (facts.ip) properties['$ip'] = facts.ip
  return { url, properties }
}

/** Where a visit came from: referrer and campaign parameters. */
export function sourceProperties(
  facts: RequestFacts,
  url: PageUrl,
  scrubber: UrlScrubber,
): Record<string, unknown> {
  const referrer = facts.header('referer')
  const scrubbed = referrer ? scrubReferrer(referrer, url.host, scrubber) : undefined
  const properties: Record<string, unknown> = {
    $referrer: scrubbed?.href ?? '$direct',
    $referring_domain: scrubbed?.host ?? '$direct',
  }
  const note = (name: string, value: string) => {
    properties[name] = scrubber.value(name, value).slice(0, longestCampaignValue)
  }
  const campaign = url.query === '' ? undefined : campaignIn(url.query)
  for (const [name, value] of campaign ?? []) if (value !== '') note(name, value)
  const clickId = properties['li_fat_id'] === undefined ? linkedInCookie(facts) : undefined
  if (clickId) note('li_fat_id', clickId)
  return properties
}

/** The campaign parameters of a query; of several the first one counts, empty or not. Undefined where there is none. */
function campaignIn(query: string): ReadonlyMap<string, string> | undefined {
  let found: Map<string, string> | undefined
  for (const pair of query.split('&')) {
    const [name, value] = parameterIn(pair)
    if (!campaignNames.has(name) || found?.has(name)) continue
    found ??= new Map()
    found.set(name, value)
  }
  return found
}

/** Most parameters mean what is written; what is encoded, the platform knows best how to read. */
function parameterIn(pair: string): readonly [name: string, value: string] {
  const equals = pair.indexOf('=')
  const written =
    equals < 0 ? ([pair, ''] as const) : ([pair.slice(0, equals), pair.slice(equals + 1)] as const)
  if (!/[%+]/.test(pair)) return written
  const [read = written] = new URLSearchParams(pair)
  return read
}

/** LinkedIn's script keeps its click id for later pages in a cookie of the same name. */
function linkedInCookie(facts: RequestFacts): string | undefined {
  return cookieValues(facts.header('cookie'), 'li_fat_id').find((value) => /^[\w-]+$/.test(value))
}

function cut(agent: string): string {
  return agent.length <= longestUserAgent ? agent : `${agent.slice(0, longestUserAgent - 3)}...`
}
