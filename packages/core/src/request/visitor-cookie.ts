import {
  type BrowserCookie,
  browserCookieName,
  browserCookieValue,
  readBrowserCookie,
} from './browser-cookie.ts'
import { cookiePlace, cookiePlaces } from './cookie-domain.ts'
import { cookieValues, setCookieLine } from './cookies.ts'
import type { RequestFacts, ResponseCookies } from './request-facts.ts'
import type { Session } from './session.ts'

const oneYearSeconds = 31_536_000

/** What became of a cookie that a scope wanted to set. */
export type SeedOutcome = 'pending' | 'present' | 'headers-sent' | 'unknown-domain'

/** posthog-js's cookie on one request and its response: read, set for a new visitor when absent, removed at logout. */
export class VisitorCookie {
  readonly #name: string
  readonly #facts: RequestFacts
  readonly #response: ResponseCookies
  readonly #cookieDomain: string | undefined
  /** As the browser sent it; undefined when absent or unreadable. */
  readonly sent: BrowserCookie | undefined
  /** The browser has the cookie, readable or not, or is about to get it. */
  #exists: boolean

  constructor(parts: {
    token: string
    facts: RequestFacts
    response: ResponseCookies
    cookieDomain: string | undefined
  }) {
    this.#name = browserCookieName(parts.token)
    this.#facts = parts.facts
    this.#response = parts.response
    this.#cookieDomain = parts.cookieDomain
    const header = parts.facts.header('cookie')
    this.sent = readBrowserCookie(header, this.#name)
    this.#exists = cookieValues(header, this.#name).length > 0
  }

  /**
   * Gives the browser SDK a new visitor's id to adopt. A cookie that is there is never written over, readable or not:
   * it holds the browser SDK's whole state.
   */
  seed(distinctId: string, session: Session): SeedOutcome {
    if (this.#exists) return 'present'
    const place = cookiePlace(this.#facts.host ?? '', this.#cookieDomain)
    if (!place) return 'unknown-domain'
    this.#exists = this.#set(browserCookieValue(distinctId, session), oneYearSeconds, place.domain)
    return this.#exists ? 'pending' : 'headers-sent'
  }

  /** Removes the cookie from every domain form under which it may lie. */
  remove(): void {
    if (!this.#exists) return
    for (const { domain } of cookiePlaces(this.#facts.host ?? '')) this.#set('', 0, domain)
  }

  #set(value: string, maxAgeSeconds: number, domain: string | undefined): boolean {
    const secure = this.#facts.protocol === 'https'
    return this.#response.setCookie(setCookieLine(this.#name, value, { domain, secure, maxAgeSeconds }))
  }
}
