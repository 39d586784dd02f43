import { type CookiePlace, cookiePlaces } from './cookie-domain.ts'
import { cookieValues, setCookieLine } from './cookies.ts'
import type { RequestFacts, ResponseCookies } from './request-facts.ts'

/** What the cookies of a request need to know of it. */
export interface RequestCookieParts {
  readonly facts: RequestFacts
  readonly response: ResponseCookies
  /** The `identity.cookieDomain` option. */
  readonly cookieDomain: string | undefined
}

/** One cookie, by its name, on a request and on its response. */
export class RequestCookie {
  readonly #name: string
  readonly #httpOnly: boolean
  readonly #facts: RequestFacts
  readonly #response: ResponseCookies
  #values: readonly string[] | undefined

  constructor(name: string, options: { httpOnly: boolean }, { facts, response }: RequestCookieParts) {
    this.#name = name
    this.#httpOnly = options.httpOnly
    this.#facts = facts
    this.#response = response
  }

  /** As the browser sent it, undecoded; several when it lies under several domains. */
  get values(): readonly string[] {
    this.#values ??= cookieValues(this.#facts.header('cookie'), this.#name)
    return this.#values
  }

  /** @returns false when the headers are gone. */
  set(value: string, maxAgeSeconds: number, place: CookiePlace): boolean {
    return this.#response.setCookie(this.#line(value, maxAgeSeconds, place))
  }

  /** Tells whoever answers this request, where that is somebody else than who reads it now. */
  forward(value: string, maxAgeSeconds: number): void {
    this.#response.forwardCookie?.(this.#line(value, maxAgeSeconds, { domain: undefined }))
  }

  /** Removes it from every place where it may lie. */
  remove(): void {
    for (const place of cookiePlaces(this.#facts.host ?? '')) this.set('', 0, place)
  }

  #line(value: string, maxAgeSeconds: number, { domain }: CookiePlace): string {
    const secure = this.#facts.protocol === 'https'
    return setCookieLine(this.#name, value, { domain, secure, httpOnly: this.#httpOnly, maxAgeSeconds })
  }
}
