import type { RequestFacts } from './request-facts.ts'

/** Headers that say what a request is for: browsers', and Turbo's, which may not write theirs. */
const purposes = ['sec-purpose', 'x-sec-purpose', 'purpose', 'x-purpose', 'x-moz']

/** Headers whose presence alone means a load ahead of time: speculation rules, Next.js, and htmx's preload. */
const marks = [
  'sec-speculation-tags',
  'next-router-prefetch',
  'next-router-segment-prefetch',
  'x-middleware-prefetch',
  'hx-preloaded',
]

/** Whether a browser or framework loads this ahead of time: nobody has seen the page yet. */
export function isPrefetch(facts: RequestFacts): boolean {
  for (const name of purposes) {
    const purpose = facts.header(name)
    if (purpose !== undefined && /prefetch|prerender|preview/i.test(purpose)) return true
  }
  return marks.some((name) => facts.header(name) !== undefined)
}
