import { ConfigError } from '../errors.ts'
import { OptionReader } from '../option-reader.ts'

/** Whether a visitor agrees to being captured; `unknown` where nobody has said anything. */
export type ConsentValue = 'granted' | 'denied' | 'unknown'

/**
 * Says whether the visitor of a request agrees to being captured. Called at most once a request: before its handler, or
 * earlier if something is captured earlier. It counts above all that the browser says; one that throws, rejects or has not answered yet counts as a no.
 *
 * @param carrier the framework's own request.
 * @returns true or `'granted'`, false or `'denied'`; nothing leaves it to what the browser says.
 */
export type ConsentResolver<Carrier> = (carrier: Carrier) => ConsentAnswer | Promise<ConsentAnswer>

/** What a `ConsentResolver` may answer. */
export type ConsentAnswer = boolean | 'granted' | 'denied' | null | undefined

/** How it is found out whether a visitor agrees; highest first. `Carrier` is the framework's request. */
export interface ConsentOptions<Carrier = unknown> {
  /** Asks your application, such as its consent banner's own cookie or the user's settings. @default none */
  resolve?: ConsentResolver<Carrier> | undefined
  /** Takes `Sec-GPC: 1`, a browser's Global Privacy Control, for a no. @default false */
  gpc?: boolean | undefined
  /** Takes `DNT: 1`, a browser's Do Not Track, for a no. @default false */
  dnt?: boolean | undefined
  /** Reads the cookie in which posthog-js keeps `opt_in_capturing()` and `opt_out_capturing()`. @default true */
  cookie?: boolean | undefined
  /**
   * Name of that cookie: posthog-js's `consent_persistence_name`, or its `opt_out_capturing_cookie_prefix` and the project
   * token. @default `__ph_opt_in_out_` and the project token
   */
  cookieName?: string | undefined
  /** What it means that none of these says anything. @default 'granted' */
  unknown?: 'granted' | 'denied' | undefined
}

/** `ConsentOptions` after defaults and checks. */
export interface ResolvedConsentOptions {
  readonly resolve: ConsentResolver<unknown> | undefined
  readonly gpc: boolean
  readonly dnt: boolean
  readonly cookie: boolean
  /** Undefined: named after the project token. */
  readonly cookieName: string | undefined
  readonly unknown: 'granted' | 'denied'
}

/** Names of all members of `ConsentOptions`. */
export const consentOptionNames = ['resolve', 'gpc', 'dnt', 'cookie', 'cookieName', 'unknown']

/** @throws ConfigError for a value that cannot work. */
export function resolveConsentOptions(
  given: Readonly<Record<string, unknown>>,
  warnings: string[],
): ResolvedConsentOptions {
  const read = new OptionReader(given, warnings, 'consent.')
  return {
    resolve: read.function<ConsentResolver<unknown>>('resolve'),
    gpc: read.boolean('gpc', false),
    dnt: read.boolean('dnt', false),
    cookie: read.boolean('cookie', true),
    cookieName: cookieNameFrom(read.given('cookieName')),
    unknown: read.oneOf('unknown', ['granted', 'denied'], 'granted'),
  }
}

function cookieNameFrom(value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && /^[\w!#$%&'*+.^`|~-]+$/.test(value)) return value
  throw new ConfigError(
    'consent.cookieName must be the name of a cookie, such as __ph_opt_in_out_phc_abc: letters, digits and punctuation without spaces, commas, semicolons or equals signs',
  )
}
