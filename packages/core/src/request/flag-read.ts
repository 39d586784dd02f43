import type { VisitorIdentity } from './identity.ts'
import type { Consented, FlagRead, ScopeClient } from './ports.ts'
import type { ScopeEvents } from './scope-events.ts'
import type { ScopeWarnings } from './scope-warnings.ts'
import type { Visitor } from './visitor.ts'

/** What is told of a flag that was read, and where from. */
export interface FlagReadParts {
  readonly client: Pick<ScopeClient, 'disabled' | 'isExposed' | 'expose'>
  readonly consent: Consented
  readonly visitor: Visitor
  readonly events: ScopeEvents
  readonly warn: ScopeWarnings
}

/**
 * Reports a read of a flag as `$feature_flag_called`. What nobody waited for was not evaluated: such a read exposes the
 * visitor to nothing. Who cannot come back under the same id has no history that an exposure could belong to.
 *
 * @param identity whom the flag was evaluated for.
 */
export function noteFlagRead(parts: FlagReadParts, read: FlagRead, identity: VisitorIdentity): void {
  const { client, consent } = parts
  const { reason, key } = read.result
  if (reason === 'not-loaded') {
    if (!client.disabled) parts.warn.flagNotLoaded(key)
    return
  }
  if (reason === 'unavailable' || reason === 'override') return
  if ((consent.hasConsent && client.isExposed(read)) || !parts.visitor.isRemembered) return
  const event = { event: '$feature_flag_called', timestamp: undefined, uuid: undefined }
  const address = (properties: Record<string, unknown>) => parts.events.of(identity, { ...event, properties })
  client.expose(read, address, consent)
}
