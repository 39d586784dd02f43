import type { ResponseFacts } from './request-facts.ts'
import type { UrlScrubber } from './url-scrubber.ts'

/** When a request began and ended, in milliseconds since the epoch. */
export interface RequestTimes {
  readonly startedAt: number
  readonly endedAt: number
}

/** Adds what a pageview says about the response. Times are whole milliseconds from the request's start. */
export function addResponseProperties(
  properties: Record<string, unknown>,
  { route, status, headersAt, completed }: ResponseFacts,
  { startedAt, endedAt }: RequestTimes,
  scrubber: UrlScrubber,
): void {
  if (route !== undefined || status !== undefined) properties['$route'] = scrubber.route(route)
  if (status === undefined) return
  // A visitor who left before the headers was told no status.
  if (completed || headersAt !== undefined) properties['$response_status_code'] = status
  properties['$response_time_ms'] = wholeMs(endedAt - startedAt)
  if (headersAt !== undefined) properties['$ttfb_ms'] = wholeMs(headersAt - startedAt)
  if (!completed) properties['$aborted'] = true
}

/** Never below 0, also when the clock was set back meanwhile. */
function wholeMs(ms: number): number {
  return Math.max(0, Math.round(ms))
}
