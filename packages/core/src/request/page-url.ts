import type { RequestFacts } from './request-facts.ts'
import { scrubPath, scrubQuery } from './scrub.ts'

/** A request's URL as it may be recorded: secrets masked, the query reduced to campaign parameters. */
export interface PageUrl {
  /** Undefined when the request named no usable host. */
  readonly href: string | undefined
  readonly host: string | undefined
  readonly pathname: string
  /** The full query, for reading campaign parameters; never recorded whole. */
  readonly query: URLSearchParams
}

/** Underscores are no part of host names, but containers have them, and browsers take them. */
const hostShape = /^(?:[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i
const longestHost = 261 // 255 of a name, and a port

/** Reads the URL of a request; works for every text that HTTP lets through. */
export function pageUrl(facts: RequestFacts): PageUrl {
  const host = isHost(facts.host) ? facts.host.toLowerCase() : undefined
  const path = originForm(facts.path)
  const mark = path.indexOf('?')
  const pathname = scrubPath(mark < 0 ? path : path.slice(0, mark))
  const query = new URLSearchParams(mark < 0 ? '' : path.slice(mark + 1))
  const href = host && `${facts.protocol}://${host}${pathname}${scrubQuery(query)}`
  return { href, host, pathname, query }
}

function isHost(host: string | undefined): host is string {
  if (host === undefined || host.length > longestHost || !hostShape.test(host)) return false
  // `09` has the shape and would be an address; ports end at 65535.
  return URL.canParse(`http://${host}`)
}

/** A referrer as it may be recorded: a foreign one without its query, our own as any page of ours. */
export function scrubReferrer(
  referrer: string,
  ownHost: string | undefined,
): { href: string; host: string } | undefined {
  if (!URL.canParse(referrer)) return undefined
  const url = new URL(referrer)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined
  const query = url.host === ownHost ? scrubQuery(url.searchParams) : ''
  return { href: `${url.protocol}//${url.host}${scrubPath(url.pathname)}${query}`, host: url.host }
}

/** Path and query of a request target: proxies send absolute URLs, and a fragment never belongs here. */
export function originForm(target: string): string {
  const [withoutFragment = ''] = target.split('#', 1)
  if (withoutFragment.startsWith('/')) return withoutFragment
  if (!URL.canParse(withoutFragment)) return '/'
  const url = new URL(withoutFragment)
  return `${url.pathname}${url.search}`
}
