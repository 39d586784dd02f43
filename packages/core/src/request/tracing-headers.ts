import { isUuid } from '../runtime/uuid.ts'
import { usableDistinctId } from './distinct-id.ts'
import type { RequestFacts } from './request-facts.ts'

const longestText = 1000

/** The visitor's id that posthog-js adds to its page's requests (`tracing_headers`); a hint, as anybody can send it. */
export function distinctIdHeader(facts: RequestFacts): string | undefined {
  return firstUsable(facts, 'x-posthog-distinct-id', usableDistinctId)
}

/** The browser's session, by posthog-js; only a UUID counts. */
export function sessionIdHeader(facts: RequestFacts): string | undefined {
  return firstUsable(facts, 'x-posthog-session-id', (text) => (isUuid(text) ? text : undefined))
}

/** The browser's window or tab, by posthog-js. */
export function windowIdHeader(facts: RequestFacts): string | undefined {
  return firstUsable(facts, 'x-posthog-window-id', (text) => text)
}

/** A header that was sent several times arrives joined by a comma and a space. */
function firstUsable(
  facts: RequestFacts,
  name: string,
  accept: (text: string) => string | undefined,
): string | undefined {
  const header = facts.header(name)
  if (header === undefined) return undefined
  for (const part of header.split(', ')) {
    const text = part
      .replace(/[\0-\x1f\x7f-\x9f]/g, '')
      .trim()
      .slice(0, longestText)
    const usable = text === '' ? undefined : accept(text)
    if (usable !== undefined) return usable
  }
  return undefined
}
