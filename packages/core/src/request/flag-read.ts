import type { VisitorIdentity } from './identity.ts'
import type { Consented, FlagRead, ScopeClient } from './ports.ts'
import type { ScopeEvents } from './scope-events.ts'
import type { ScopeWarnings } from './scope-warnings.ts'
import type { Visitor } from './visitor.ts'

/** What is told of a flag that was read, and where from. */
export interface FlagReadParts {
  readonly client: Pick<ScopeClient, 'disabled' | 'expose'>
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
export function noteFlagRead(
  { client, consent, visitor, events, warn }: FlagReadParts,
  read: Omit<FlagRead, 'distinctId'>,
  identity: VisitorIdentity,
): void {
  const { reason, key } = read.result
  if (reason === 'not-loaded') {
    if (!client.disabled) warn.flagNotLoaded(key)
    return
  }
  if (reason === 'unavailable' || reason === 'override' || !visitor.isRemembered) return
  const event = { event: '$feature_flag_called', timestamp: undefined, uuid: undefined }
  const address = (properties: Record<string, unknown>) => events.of(identity, { ...event, properties })
  client.expose({ distinctId: identity.distinctId, ...read }, address, consent)
}
