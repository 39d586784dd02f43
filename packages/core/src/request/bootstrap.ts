import type { FlagKey } from '../flag-registry.ts'
import type { FlagSnapshot, FlagValue } from '../flag-snapshot.ts'
import type { VisitorIdentity } from './identity.ts'
import { serialize, withoutLoneSurrogates } from '../serialize.ts'

/** What posthog-js is started with, as its option `bootstrap`, to know the visitor and their flags at once. */
export interface Bootstrap {
  /** Left out where posthog-js knows a user of its own, whom we do not vouch for: it would lose them. */
  readonly distinctID?: string
  /** A user, rather than an anonymous visitor. */
  readonly isIdentifiedID?: boolean
  /** The decided flags; left out while flags are not loaded, so that posthog-js asks for them itself. */
  readonly featureFlags?: Readonly<Record<string, FlagValue>>
  /** Decoded payloads of the enabled flags that have one. */
  readonly featureFlagPayloads?: Readonly<Record<string, unknown>>
  /** Left out where there is no session that posthog-js would take over. */
  readonly sessionID?: string
}

/** More than any page wants to carry. */
const maxBytes = 1024 * 1024

/** @param browserUser the user as whom posthog-js knows the visitor. */
export function bootstrapIdentity(
  { distinctId, isIdentified }: VisitorIdentity,
  browserUser: string | undefined,
): Pick<Bootstrap, 'distinctID' | 'isIdentifiedID'> {
  if (!isIdentified && browserUser !== undefined && browserUser !== distinctId) return {}
  // Told otherwise, posthog-js would take its own user for an anonymous visitor.
  return { distinctID: distinctId, isIdentifiedID: isIdentified || browserUser === distinctId }
}

/** The part of `Bootstrap` that a snapshot gives; nothing counts as read by it. */
export function bootstrapFlags(flags: FlagSnapshot): Pick<Bootstrap, 'featureFlags' | 'featureFlagPayloads'> {
  if (flags.state !== 'loaded') return {}
  const values: [string, FlagValue][] = []
  const payloads: [string, unknown][] = []
  for (const [key, value] of flags.entries()) {
    values.push([key, value])
    // oxlint-disable-next-line typescript/no-unnecessary-type-assertion -- not any text, once the registry is filled
    const payload: unknown = value === false ? undefined : flags.getFlagPayload(key as FlagKey)
    if (payload !== undefined) payloads.push([key, payload])
  }
  // `fromEntries` defines own members, so that a key `__proto__` stays data.
  return { featureFlags: Object.fromEntries(values), featureFlagPayloads: Object.fromEntries(payloads) }
}

/** A session id that posthog-js takes over: it reads the session's start from a UUIDv7. */
export function bootstrapSession(sessionId: string | undefined): Pick<Bootstrap, 'sessionID'> {
  const isVersion7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.test(
    sessionId ?? '',
  )
  return sessionId !== undefined && isVersion7 ? { sessionID: sessionId } : {}
}

/** Whether a text can stand as a nonce in an attribute; by the grammar of CSP nothing else can be one. */
export function isNonce(nonce: unknown): nonce is string {
  return typeof nonce === 'string' && /^[A-Za-z0-9+/_-]+={0,2}$/.test(nonce)
}

/**
 * An inline script that leaves the object at `window.__<name>`. Whatever is in it, the text ends no script element and
 * begins no comment, and no member of it is taken for a prototype.
 */
export function scriptOf(bootstrap: Bootstrap, name: string, nonce: string | undefined): string {
  const { json = '{}' } = serialize(bootstrap, maxBytes)
  // As text that the page parses: in a literal, `__proto__` would be more than a name.
  const text = JSON.stringify(withoutLoneSurrogates(json)).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  const attribute = nonce === undefined ? '' : ` nonce="${nonce}"`
  return `<script${attribute}>window.__${name}=JSON.parse(${text})</script>`
}
