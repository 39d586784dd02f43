import { decoded } from '../percent-decoding.ts'
import type { UrlRules } from '../url-rules.ts'

/** Absolute URLs of any scheme, and paths, percent-encoded or not; lengths are bounded so that no text takes long. */
const urls =
  /\b[a-z][a-z0-9+.-]{0,20}(?::\/\/|%(?:25){0,4}3a%(?:25){0,4}2f)[^\s"'<>`]+|(?<![\w/.:%-])(?:\/|%(?:25){0,4}2f)[^\s"'<>`]+/gi
/** What ends a sentence or closes a bracket is hardly ever part of the URL before it. */
const trailing = /[).,;:!?\]}]{0,10}$/

/** A message whose URLs lost credentials, fragments and what the rules take from path and query. */
export function scrubMessageUrls(message: string, rules: UrlRules): string {
  return message.replace(urls, (match) => {
    const end = trailing.exec(match)?.[0] ?? ''
    return `${scrubMatch(match.slice(0, match.length - end.length), rules)}${end}`
  })
}

/** One that is percent-encoded as a whole, and has something to hide, is recorded without that encoding. */
function scrubMatch(text: string, rules: UrlRules): string {
  if (text.startsWith('/') || text.includes('://')) return scrubUrl(text, rules)
  const url = decoded(text)
  const scrubbed = scrubUrl(url, rules)
  return scrubbed === url ? text : scrubbed
}

function scrubUrl(text: string, rules: UrlRules): string {
  if (text.startsWith('/')) return scrubTarget(text, rules, text.includes('?'))
  if (URL.canParse(text)) {
    const { protocol, host, pathname, search } = new URL(text)
    const isPage = protocol === 'http:' || protocol === 'https:'
    return `${protocol}//${host}${scrubTarget(pathname + search, rules, isPage)}`
  }
  // No URL after all, a placeholder for a host perhaps; credentials and query are still none of PostHog's business.
  const start = text.indexOf('://') + 3
  const [address = ''] = text.slice(Math.max(start, text.lastIndexOf('@') + 1)).split(/[?#]/, 1)
  return text.slice(0, start) + rules.segments(address)
}

function scrubTarget(target: string, rules: UrlRules, isPage: boolean): string {
  const [withoutFragment = ''] = target.split('#', 1)
  const [path = ''] = withoutFragment.split('?', 1)
  const query = withoutFragment.slice(path.length + 1)
  return `${isPage ? rules.path(path) : rules.segments(path)}${rules.query(query)}`
}
