import type { FlagKey, FlagVariant } from '../flag-registry.ts'
import type { FlagSnapshot, FlagValue } from '../flag-snapshot.ts'

/** What a gate asks of a flag. */
export interface GateRule<Key extends FlagKey = FlagKey> {
  readonly key: Key
  /** The variant that opens it; without one any enabled value does. @default any */
  readonly variant?: Extract<FlagVariant<Key>, string> | undefined
  /** What an undecided flag means that has no value in the `flags.defaults` of the request layer. @default 'deny' */
  readonly whenUnknown?: 'deny' | 'allow' | undefined
}

/** A gate's answer; `reason` names what decided, which for an undecided flag may be its declared `default`. */
export interface GateDecision {
  readonly allow: boolean
  readonly reason:
    | 'enabled'
    | 'disabled'
    | 'other-variant'
    | 'default'
    | 'undecided'
    | 'unknown'
    | 'not-loaded'
    | 'unavailable'
}

/** The one gate behind every adapter's guard. Reads the flag, as `getFlag` does. */
export function decideGate<Key extends FlagKey>(flags: FlagSnapshot, rule: GateRule<Key>): GateDecision {
  const read: FlagValue | undefined = flags.getFlag(rule.key)
  const { value, reason } = flags.getFlagResult(rule.key)
  if (value !== undefined) return decideByValue(value, rule.variant)
  if (read !== undefined) return { allow: decideByValue(read, rule.variant).allow, reason: 'default' }
  return {
    allow: rule.whenUnknown === 'allow',
    reason: reason === 'evaluated' || reason === 'override' ? 'unknown' : reason,
  }
}

function decideByValue(value: FlagValue, variant: string | undefined): GateDecision {
  if (value === false) return { allow: false, reason: 'disabled' }
  if (variant !== undefined && value !== variant) return { allow: false, reason: 'other-variant' }
  return { allow: true, reason: 'enabled' }
}
