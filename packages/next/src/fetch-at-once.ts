import type { Fetch } from '@hedgerow/core'

/** What Next.js leaves on the `fetch` that it puts in the place of the global one. */
interface ReplacedFetch extends Fetch {
  readonly _nextOriginalFetch?: Fetch
}

/**
 * The `fetch` beneath that of Next.js, which answers from a cache where a page says so, and never where a page is
 * rendered ahead. A flush may run in the context of any of them.
 */
export const fetchAtOnce: Fetch = (url, init) => {
  const fetch: ReplacedFetch = globalThis.fetch
  return (fetch._nextOriginalFetch ?? fetch)(url, init)
}
