import type { DocumentVerdict } from './document.ts'
import type { RequestFacts, ResponseFacts } from './request-facts.ts'

/** Whether a request counts as a pageview, and what decided. */
export interface PageviewVerdict {
  readonly counts: boolean
  readonly reason: DocumentVerdict['reason'] | 'status' | 'download' | 'not-html' | 'unmatched' | 'page'
}

/** Judges a request whose response has ended. */
export function judgePageview(
  facts: RequestFacts,
  document: DocumentVerdict,
  response: ResponseFacts,
): PageviewVerdict {
  if (!document.isDocument) return { counts: false, reason: document.reason }
  const { status } = response
  if (status === 204 || (status >= 300 && status < 400 && status !== 304))
    return { counts: false, reason: 'status' }
  if (/^\s*attachment/i.test(response.contentDisposition ?? '')) return { counts: false, reason: 'download' }
  const isHtml = /^\s*(?:text\/html|application\/xhtml\+xml)/i.test(response.contentType ?? '')
  // A 304 carries no content type; the browser shows the page that it has.
  if (!isHtml && status !== 304) return { counts: false, reason: 'not-html' }
  // Scanners try paths that no route knows, and send no Sec-Fetch headers.
  if (response.route === undefined && facts.header('sec-fetch-dest') === undefined) {
    return { counts: false, reason: 'unmatched' }
  }
  return { counts: true, reason: 'page' }
}

/** What a pageview says about the response. Times are whole milliseconds from `startedAt`. */
export function responseProperties(
  response: ResponseFacts,
  startedAt: number,
  endedAt: number,
): Record<string, unknown> {
  return {
    $route: response.route ?? '(unmatched)',
    $response_status_code: response.status,
    $response_time_ms: Math.max(0, Math.round(endedAt - startedAt)),
    ...(response.headersAt !== undefined && {
      $ttfb_ms: Math.max(0, Math.round(response.headersAt - startedAt)),
    }),
    ...(!response.completed && { $aborted: true }),
  }
}
