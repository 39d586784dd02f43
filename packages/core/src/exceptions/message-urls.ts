/** How the parts of a URL may be recorded. */
export interface UrlScrubber {
  path(path: string): string
  /** Empty, or with its `?`. */
  query(query: URLSearchParams): string
}

/** Absolute URLs of any scheme, and paths with a query; lengths are bounded so that no text takes long. */
const urls = /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s"'<>`]+|(?<![\w/.:-])\/[^\s"'<>`?]{0,1000}\?[^\s"'<>`]+/gi
/** What ends a sentence or closes a bracket is hardly ever part of the URL before it. */
const trailing = /[).,;:!?\]}]{0,10}$/

/** A message whose URLs lost credentials, fragments and what the scrubber takes from path and query. */
export function scrubMessageUrls(message: string, scrubber: UrlScrubber): string {
  return message.replace(urls, (match) => {
    const end = trailing.exec(match)?.[0] ?? ''
    return `${scrubUrl(match.slice(0, match.length - end.length), scrubber)}${end}`
  })
}

function scrubUrl(text: string, scrubber: UrlScrubber): string {
  if (text.startsWith('/')) return scrubTarget(text, scrubber)
  if (URL.canParse(text)) {
    const url = new URL(text)
    return `${url.protocol}//${url.host}${scrubTarget(`${url.pathname}${url.search}`, scrubber)}`
  }
  // No URL after all, a placeholder for a host perhaps; credentials and query are still none of PostHog's business.
  const start = text.indexOf('://') + 3
  const [address = ''] = text.slice(Math.max(start, text.lastIndexOf('@') + 1)).split(/[?#]/, 1)
  return text.slice(0, start) + scrubber.path(address)
}

function scrubTarget(target: string, scrubber: UrlScrubber): string {
  const [withoutFragment = ''] = target.split('#', 1)
  const mark = withoutFragment.indexOf('?')
  if (mark < 0) return scrubber.path(withoutFragment)
  const query = scrubber.query(new URLSearchParams(withoutFragment.slice(mark + 1)))
  return `${scrubber.path(withoutFragment.slice(0, mark))}${query}`
}
