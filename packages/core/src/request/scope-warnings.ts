import type { OneTimeWarnings } from './one-time-warnings.ts'

/** What a scope tells the application about its use of it; each line once per client. */
export class ScopeWarnings {
  readonly #warnings: OneTimeWarnings
  readonly #place: () => string

  /** @param place names the request, without its query: `GET /checkout`. */
  constructor(warnings: OneTimeWarnings, place: () => string) {
    this.#warnings = warnings
    this.#place = place
  }

  /** @param problem as in `is empty`. */
  linkRefused(call: 'identify' | 'alias', problem = 'is linked to a user already'): undefined {
    this.#warnings.warn(
      `${call}-refused`,
      () =>
        `${call}() was given an id that ${problem}, so nothing was linked or changed; pass an id under which your application knows this one user`,
      problem,
    )
  }

  consentRefused(): void {
    this.#warnings.warn(
      'consent-refused',
      () =>
        "setConsent() was given something else than 'granted' or 'denied', so the visitor's consent stays as it was; pass one of the two",
    )
  }

  groupRefused(): void {
    this.#warnings.warn(
      'group-refused',
      () =>
        'group() was given no type or no key of a group, so the visitor stays in the groups they were in; pass both as text',
    )
  }

  nonceRefused(): void {
    this.#warnings.warn(
      'bootstrap-nonce',
      () =>
        'bootstrapScript() was given a nonce that cannot be one, so its script has none; pass the nonce of the content security policy, which is base64',
    )
  }

  bootstrapShared(): void {
    this.#warnings.warn(
      'bootstrap-shared',
      () =>
        `the response to ${this.#place()} holds one visitor's bootstrap, and its Cache-Control lets shared caches hand it to others; make it private`,
    )
  }

  /** @param problem as in `threw`. */
  acceptFailed(problem: string): void {
    this.#warnings.warn(
      'accept-failed',
      () =>
        `pageviews.accept ${problem}, so the rules decide instead; it must answer true, false or undefined at once`,
    )
  }

  flagNotLoaded(key: string): void {
    this.#warnings.warn(
      'flags-not-loaded',
      () =>
        `flag ${key} was read on ${this.#place()} before flags were loaded, so it has its default; await flags.load() first, or set flags.preload`,
    )
  }
}
