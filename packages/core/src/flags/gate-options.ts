import { ConfigError } from '../errors.ts'
import type { FlagKey } from '../flag-registry.ts'
import type { GateRule } from './gate.ts'

/** What happens to a request that a gate does not let through; `Own` is what only one framework has, such as a handler. */
export type GateRefusal<Own> = 'not-found' | 'forbidden' | { readonly redirect: string } | Own

/** Options of a gate in a framework. */
export interface GateOptions<Own, Key extends FlagKey = FlagKey> extends Omit<GateRule<Key>, 'key'> {
  /** @default 'not-found' */
  readonly otherwise?: GateRefusal<Own> | undefined
  /** Of the client whose flag it is, where there are several. @default 'hedgerow' */
  readonly name?: string | undefined
}

/**
 * A rule that is known to work.
 *
 * @param owner what the rule was given to, as its user knows it, such as `requireFlag`.
 * @throws ConfigError that begins with the owner.
 */
export function resolveGateRule<Key extends FlagKey>(owner: string, rule: GateRule<Key>): GateRule<Key> {
  const { key, variant, whenUnknown = 'deny' } = rule
  const text: string = key
  if (typeof text !== 'string' || text === '')
    throw new ConfigError(`${owner} needs the key of a flag, a non-empty string`)
  if (variant !== undefined && typeof variant !== 'string')
    throw new ConfigError(`${owner} needs the name of a variant as its variant, a string`)
  if (whenUnknown !== 'deny' && whenUnknown !== 'allow')
    throw new ConfigError(`${owner} needs 'deny' or 'allow' as its whenUnknown`)
  return { key, variant, whenUnknown }
}
