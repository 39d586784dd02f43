import type { RequestFacts } from './request-facts.ts'
import type { UrlScrubber } from './url-scrubber.ts'

/** A request's URL as it may be recorded. */
export interface PageUrl {
  /** Undefined when the request named no usable host, or its path is not known. */
  readonly href: string | undefined
  readonly host: string | undefined
  /** Empty when it is not known. */
  readonly pathname: string
  /** The full query without its `?`, for reading campaign parameters; never recorded whole. */
  readonly query: string
}

/** Underscores are no part of host names, but containers have them, and browsers take them. */
const hostShape = /^(?:[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i
/** A name whose last label is of letters can be no address, and nothing else of it can be wrong. */
const plainHost = /^(?:[a-z0-9_-]{1,63}\.){0,20}[a-z]{1,63}(?::\d{1,4})?$/i
const longestHost = 261 // 255 of a name, and a port

/** Reads the URL of a request; works for every text that HTTP lets through. @param route undefined while it is not known. */
export function pageUrl(facts: RequestFacts, scrubber: UrlScrubber, route: string | undefined): PageUrl {
  const host = isHost(facts.host) ? facts.host.toLowerCase() : undefined
  if (facts.path === '') return { href: undefined, host, pathname: '', query: '' }
  const path = originForm(facts.path)
  const mark = path.indexOf('?')
  const pathname = scrubber.pathname(mark < 0 ? path : path.slice(0, mark), route)
  const query = mark < 0 ? '' : path.slice(mark + 1)
  const slash = pathname.startsWith('/') ? '' : '/'
  const href = host && `${facts.protocol}://${host}${slash}${pathname}${scrubber.query(query)}`
  return { href, host, pathname, query }
}

function isHost(host: string | undefined): host is string {
  if (host === undefined || host.length > longestHost || !hostShape.test(host)) return false
  if (plainHost.test(host) && !/xn--/i.test(host)) return true
  // `09` has the shape and would be an address; ports end at 65535.
  return URL.canParse(`http://${host}`)
}

/** A referrer as it may be recorded: a foreign one without its query unless all is raw, our own as any page of ours. */
export function scrubReferrer(
  referrer: string,
  ownHost: string | undefined,
  scrubber: UrlScrubber,
): { href: string; host: string } | undefined {
  const url = parsedUrl(referrer)
  if (!url) return undefined
  const { protocol, host, pathname, search } = url
  if (protocol !== 'http:' && protocol !== 'https:') return undefined
  const keepsQuery = host === ownHost || scrubber.mode === 'raw'
  const query = keepsQuery ? scrubber.query(search.slice(1)) : ''
  return { href: `${protocol}//${host}${scrubber.path(pathname)}${query}`, host }
}

/** Path and query of a request target: proxies send absolute URLs, and a fragment never belongs here. */
export function originForm(target: string): string {
  const hash = target.indexOf('#')
  const withoutFragment = hash < 0 ? target : target.slice(0, hash)
  if (withoutFragment.startsWith('/')) return withoutFragment
  if (!URL.canParse(withoutFragment)) return '/'
  const url = new URL(withoutFragment)
  return `${url.pathname}${url.search}`
}

type UrlParts = Pick<URL, 'protocol' | 'host' | 'pathname' | 'search'>

/** Texts in which the URL standard changes nothing: most referrers are, and a parser takes ten times as long. */
const plainUrl = /^(https?:)\/\/((?:[a-z0-9-]+\.){1,20}[a-z]{2,63})(\/[\w/~-]*)(\?[\w=&.~-]+)?$/

function parsedUrl(text: string): UrlParts | undefined {
  const [, protocol, host, pathname, search = ''] = plainUrl.exec(text) ?? []
  if (protocol && host && pathname && !host.includes('xn--')) return { protocol, host, pathname, search }
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
