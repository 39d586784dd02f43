import { usableDistinctId } from './distinct-id.ts'
import { type Session, sessionFrom } from './session.ts'

/** What posthog-js keeps in its cookie, as far as a server looks at it. Written by the client: hints, not facts. */
export interface BrowserCookie {
  readonly distinctId: string
  readonly deviceId: string | undefined
  readonly state: 'anonymous' | 'identified' | undefined
  readonly session: Session | undefined
}

/** Browsers keep at most 4096 bytes in a cookie; far longer values are not posthog-js's. */
const longestValue = 16_384

/** Name of posthog-js's cookie for a project token. */
export function browserCookieName(token: string): string {
  return `ph_${token.replace(/\+/g, 'PL').replace(/\//g, 'SL').replace(/=/g, 'EQ')}_posthog`
}

/**
 * Reads posthog-js's cookie from the values sent under its name; never throws. Of duplicates, which appear when a
 * host-only cookie stands beside a domain-wide one, the one with the newest activity counts, else an identified one,
 * else the first.
 */
export function readBrowserCookie(values: readonly string[]): BrowserCookie | undefined {
  let best: BrowserCookie | undefined
  for (const value of values) {
    const next = parseBrowserCookie(value)
    if (next && (!best || isBetter(next, best))) best = next
  }
  return best
}

/** The cookie's value for an anonymous visitor whom posthog-js shall adopt. */
export function browserCookieValue(distinctId: string, session: Session | undefined): string {
  return encodeURIComponent(
    JSON.stringify({
      distinct_id: distinctId,
      $device_id: distinctId,
      $user_state: 'anonymous',
      ...(session && { $sesid: [session.lastActivity, session.id, session.start] }),
    }),
  )
}

function isBetter(next: BrowserCookie, best: BrowserCookie): boolean {
  const newer = (next.session?.lastActivity ?? 0) - (best.session?.lastActivity ?? 0)
  if (newer !== 0) return newer > 0
  return next.state === 'identified' && best.state !== 'identified'
}

function parseBrowserCookie(value: string): BrowserCookie | undefined {
  const members = value.length > longestValue ? undefined : jsonFromCookie(value)
  if (!members) return undefined
  const own = (key: string): unknown => (Object.hasOwn(members, key) ? members[key] : undefined)
  const id = own('distinct_id')
  const distinctId = typeof id === 'string' ? usableDistinctId(id) : undefined
  if (distinctId === undefined) return undefined
  const device = own('$device_id')
  const state = own('$user_state')
  return {
    distinctId,
    deviceId: typeof device === 'string' ? usableDistinctId(device) : undefined,
    state: state === 'anonymous' || state === 'identified' ? state : undefined,
    session: sessionOf(own('$sesid')),
  }
}

/** Raw JSON, or encoded once or twice: frameworks and proxies differ. */
function jsonFromCookie(value: string): Record<string, unknown> | undefined {
  let text = value
  for (let decoded = 0; decoded <= 2; decoded++) {
    const json = parseObject(text)
    if (json) return json
    try {
      text = decodeURIComponent(text)
    } catch {
      return undefined
    }
  }
  return undefined
}

function parseObject(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

/** `$sesid` is last activity, id and start; older versions wrote no start. */
function sessionOf(value: unknown): Session | undefined {
  if (!Array.isArray(value)) return undefined
  const [lastActivity, id, start = lastActivity] = value as unknown[]
  return sessionFrom(lastActivity, id, start)
}
