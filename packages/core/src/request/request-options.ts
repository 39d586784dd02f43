import { ConfigError } from '../errors.ts'
import type { FlagValue } from '../flag-snapshot.ts'
import { OptionReader, readOptions, wrongType } from '../option-reader.ts'
import {
  consentOptionNames,
  type ConsentOptions,
  type ResolvedConsentOptions,
  resolveConsentOptions,
} from './consent-options.ts'
import { cookieSecretsFrom } from './cookie-secrets.ts'
import {
  pageviewOptionNames,
  type PageviewOptions,
  type ResolvedPageviewOptions,
  resolvePageviewOptions,
} from './pageview-options.ts'
import type { Transport } from './request-facts.ts'
import { type ResolvedUrlOptions, resolveUrlOptions, urlOptionNames, type UrlOptions } from './url-options.ts'

/**
 * Finds the user of a request; trusted. Called when the identity is first needed, and again before each later use as
 * long as it has no answer, so that authentication may run after the middleware.
 *
 * @param carrier the framework's own request.
 * @returns the user's id, or nothing for a visitor who is not signed in.
 */
export type IdentityResolver<Carrier> = (
  carrier: Carrier,
  context: { readonly transport: Transport },
) => DistinctIdAnswer | Promise<DistinctIdAnswer>

/** What a resolver may answer; numbers become text. */
export type DistinctIdAnswer = string | number | null | undefined

/** Whose events create and change persons in PostHog. */
export type PersonProfiles = 'identified_only' | 'always' | 'never'

/** Options of the request layer, the same for every framework. `Carrier` is the framework's request. */
export interface RequestOptions<Carrier = unknown> {
  /**
   * Property of the framework's request that holds the scope, an identifier; several clients in one application have
   * several names. @default 'hedgerow'
   */
  name?: string | undefined
  exceptions?:
    | {
        /** Errors that the adapter observes are captured when their response has at least this status. @default 500 */
        minStatus?: number | undefined
      }
    | undefined
  identity?:
    | {
        /** Finds the signed-in user. @default none: visitors are known by their cookie alone */
        resolve?: IdentityResolver<Carrier> | undefined
        /**
         * Domain on which the browser SDK keeps its cookie, such as `example.com`; a new visitor's cookie is then set
         * there. @default none: set only on localhost, IP addresses and hosts where the SDK keeps to one host
         */
        cookieDomain?: string | undefined
        /**
         * Signs a cookie of our own (`hedgerow_…`), with which visitors, their logins and sessions are known again and cannot
         * be forged: at least 32 random characters. Of several the first signs and all verify, so that a secret can be
         * replaced. @default none: no such cookie
         */
        secret?: string | readonly string[] | undefined
        /**
         * Whose events create and change persons in PostHog: those of users whom the application vouches for, also those of
         * visitors whose id this server has made, or nobody's. @default 'identified_only'
         */
        personProfiles?: PersonProfiles | undefined
      }
    | undefined
  /** Whether anything about a visitor may be captured, asked for and remembered. */
  consent?: ConsentOptions<Carrier> | undefined
  flags?:
    | {
        /** Requests whose flags are loaded before the handler runs; others load them with `flags.load()`. @default 'documents' */
        preload?: 'documents' | 'always' | 'never' | undefined
        /** Milliseconds that one request may spend waiting for flags, and for what must be known before, in all. @default 250 */
        deadlineMs?: number | undefined
        /** Milliseconds for which an answer serves later requests of the same visitor. @default 30000 */
        cacheTtlMs?: number | undefined
        /** Visitors whose flags are remembered. @default 10000 */
        cacheSize?: number | undefined
        /** Values of flags that are unknown, undecided or not loaded. @default {} */
        defaults?: Readonly<Record<string, FlagValue>> | undefined
      }
    | undefined
  /** What is counted as a pageview. */
  pageviews?: PageviewOptions | undefined
  /** What is left of URLs when they are recorded. */
  urls?: UrlOptions | undefined
}

/** `RequestOptions` after defaults and checks. */
export interface ResolvedRequestOptions {
  readonly name: string
  readonly minErrorStatus: number
  readonly resolve: IdentityResolver<unknown> | undefined
  readonly cookieDomain: string | undefined
  /** Empty without `identity.secret`; the first one signs. */
  readonly secrets: readonly string[]
  readonly personProfiles: PersonProfiles
  readonly consent: ResolvedConsentOptions
  readonly preload: 'documents' | 'always' | 'never'
  readonly deadlineMs: number
  readonly cacheTtlMs: number
  readonly cacheSize: number
  readonly flagDefaults: Readonly<Record<string, FlagValue>>
  readonly pageviews: ResolvedPageviewOptions
  readonly urls: ResolvedUrlOptions
}

/** Names of all options of the request layer. */
export const requestOptionNames: readonly string[] = [
  ...['name', 'exceptions', 'identity', 'consent', 'flags', 'pageviews', 'urls'],
]

/** @throws ConfigError for a value that cannot work; unknown names go to `warnings`. */
export function resolveRequestOptions<Carrier>(
  given: RequestOptions<Carrier>,
  warnings: string[],
): ResolvedRequestOptions {
  return readOptions(() => resolve(given, warnings))
}

function resolve(given: unknown, warnings: string[]): ResolvedRequestOptions {
  const groups = readGroup(given, 'options', requestOptionNames, warnings)
  const exceptions = readGroup(groups['exceptions'], 'exceptions', ['minStatus'], warnings)
  const identity = readGroup(
    groups['identity'],
    'identity',
    ['resolve', 'cookieDomain', 'secret', 'personProfiles'],
    warnings,
  )
  const consent = readGroup(groups['consent'], 'consent', consentOptionNames, warnings)
  const flags = readGroup(
    groups['flags'],
    'flags',
    ['preload', 'deadlineMs', 'cacheTtlMs', 'cacheSize', 'defaults'],
    warnings,
  )
  const pageviews = readGroup(groups['pageviews'], 'pageviews', pageviewOptionNames, warnings)
  const urls = readGroup(groups['urls'], 'urls', urlOptionNames, warnings)
  const read = new OptionReader(flags, warnings, 'flags.')
  const readIdentity = new OptionReader(identity, warnings, 'identity.')
  return {
    name: nameFrom(groups['name']),
    minErrorStatus: new OptionReader(exceptions, warnings, 'exceptions.').exact('minStatus', 500),
    resolve: readIdentity.function<IdentityResolver<unknown>>('resolve'),
    cookieDomain: cookieDomainFrom(identity['cookieDomain']),
    secrets: cookieSecretsFrom(identity['secret']),
    personProfiles: readIdentity.oneOf(
      'personProfiles',
      ['identified_only', 'always', 'never'],
      'identified_only',
    ),
    consent: resolveConsentOptions(consent, warnings),
    preload: read.oneOf('preload', ['documents', 'always', 'never'], 'documents'),
    deadlineMs: read.exact('deadlineMs', 250),
    cacheTtlMs: read.exact('cacheTtlMs', 30_000),
    cacheSize: read.exact('cacheSize', 10_000),
    flagDefaults: flagDefaultsFrom(read.given('defaults')),
    pageviews: resolvePageviewOptions(pageviews, warnings),
    urls: resolveUrlOptions(urls, warnings),
  }
}

/** It becomes a property, and a part of a name in the browser. */
function nameFrom(value: unknown): string {
  if (value === undefined) return 'hedgerow'
  if (typeof value === 'string' && /^[A-Za-z_$][\w$]*$/.test(value)) return value
  throw new ConfigError(
    'name must be an identifier such as shopHedgerow, because the scope becomes a property of that name',
  )
}

function readGroup(
  value: unknown,
  name: string,
  known: readonly string[],
  warnings: string[],
): Record<string, unknown> {
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null) throw wrongType(name, 'an object', value)
  for (const key of Object.keys(value)) {
    if (!known.includes(key))
      warnings.push(
        `unknown option ${name === 'options' ? '' : `${name}.`}${key} is ignored; check its spelling`,
      )
  }
  return { ...value }
}

function flagDefaultsFrom(value: unknown): Readonly<Record<string, FlagValue>> {
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null) throw wrongType('flags.defaults', 'an object', value)
  const defaults: [string, FlagValue][] = Object.entries(value).map(([key, fallback]: [string, unknown]) => {
    if (typeof fallback === 'boolean' || typeof fallback === 'string') return [key, fallback]
    throw wrongType(`flags.defaults.${key}`, 'true, false or the name of a variant', fallback)
  })
  return Object.fromEntries(defaults)
}

function cookieDomainFrom(value: unknown): string | undefined {
  if (value === undefined) return undefined
  const domain = typeof value === 'string' ? value.replace(/^\./, '').toLowerCase() : ''
  if (/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(domain)) return domain
  throw new ConfigError(
    'identity.cookieDomain must be a domain such as example.com, without scheme, port or path',
  )
}
