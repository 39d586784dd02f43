import { type BrowserCookie, browserCookieValue, readBrowserCookie } from './browser-cookie.ts'
import { browserCookiePlace } from './cookie-domain.ts'
import { RequestCookie, type RequestCookieParts } from './request-cookie.ts'
import type { Session } from './session.ts'

const oneYearSeconds = 31_536_000

/** What became of a cookie that a scope wanted to set. */
export type SeedOutcome = 'pending' | 'present' | 'headers-sent' | 'unknown-domain'

/** posthog-js's cookie on one request and its response: read, set for a new visitor when absent, removed at logout. */
export class SeededCookie {
  readonly #cookie: RequestCookie
  readonly #parts: RequestCookieParts
  #sent: { readonly cookie: BrowserCookie | undefined } | undefined
  #isSet = false

  constructor(name: string, parts: RequestCookieParts) {
    this.#cookie = new RequestCookie(name, { httpOnly: false }, parts)
    this.#parts = parts
  }

  /** As the browser sent it; undefined when absent or unreadable. */
  get sent(): BrowserCookie | undefined {
    this.#sent ??= { cookie: readBrowserCookie(this.#cookie.values) }
    return this.#sent.cookie
  }

  /**
   * Gives the browser SDK a new visitor's id to adopt. A cookie that is there is never written over, readable or not:
   * it holds the browser SDK's whole state.
   */
  seed(distinctId: string, session: Session): SeedOutcome {
    if (this.#exists) return 'present'
    const { facts, cookieDomain } = this.#parts
    const place = browserCookiePlace(facts.host ?? '', cookieDomain)
    if (!place) {
      // The page behind a proxy has this visitor then, and hands them over to the browser with a session of its own.
      this.#cookie.forward(browserCookieValue(distinctId, undefined), oneYearSeconds)
      return 'unknown-domain'
    }
    this.#isSet = this.#cookie.set(browserCookieValue(distinctId, session), oneYearSeconds, place)
    return this.#isSet ? 'pending' : 'headers-sent'
  }

  /** Removes the cookie, where there is one or is about to be. */
  remove(): void {
    if (this.#exists) this.#cookie.remove()
  }

  get #exists(): boolean {
    return this.#isSet || this.#cookie.values.length > 0
  }
}
