import type { ResponseFacts } from './request-facts.ts'
import type { UrlScrubber } from './url-scrubber.ts'

/** What a pageview says about the response. Times are whole milliseconds from `startedAt`. */
export function responseProperties(
  response: ResponseFacts,
  startedAt: number,
  endedAt: number,
  scrubber: UrlScrubber,
): Record<string, unknown> {
  const { route, status, headersAt, completed } = response
  if (status === undefined) return route === undefined ? {} : { $route: scrubber.route(route) }
  return {
    $route: scrubber.route(route),
    // A visitor who left before the headers was told no status.
    ...((completed || headersAt !== undefined) && { $response_status_code: status }),
    $response_time_ms: wholeMs(endedAt - startedAt),
    ...(headersAt !== undefined && { $ttfb_ms: wholeMs(headersAt - startedAt) }),
    ...(!completed && { $aborted: true }),
  }
}

/** Never below 0, also when the clock was set back meanwhile. */
function wholeMs(ms: number): number {
  return Math.max(0, Math.round(ms))
}
