import { ConfigError, decideGate, type FlagKey, type RequestScope } from '@hedgerow/core'
import { type GateOptions, type GateRefusal, resolveGateRule } from '@hedgerow/core/adapter'

/** Options of a gate; there is one client for each `createHedgerow`, so none is named. */
export type FlagGateOptions<Own, Key extends FlagKey = FlagKey> = Omit<GateOptions<Own, Key>, 'name'>

/** A gate that knows what to do with those whom it does not let through. */
export interface FlagGate<Own> {
  readonly otherwise: GateRefusal<Own>
  /** Loads what it needs to know by itself. */
  opens(scope: RequestScope): Promise<boolean>
}

/**
 * @param owner what the options were given to, as its user knows it.
 * @throws ConfigError for a key or option that cannot work.
 */
export function createGate<Own, Key extends FlagKey>(
  owner: string,
  key: Key,
  options: FlagGateOptions<Own, Key>,
): FlagGate<Own> {
  const rule = resolveGateRule<Key>(owner, { ...options, key })
  const { otherwise = 'not-found' } = options
  if (!isRefusal(otherwise)) {
    throw new ConfigError(
      `${owner} needs 'not-found', 'forbidden', { redirect } or a function as its otherwise`,
    )
  }
  return {
    otherwise,
    opens: async (scope) => decideGate<Key>(await scope.flags.load(key), rule).allow,
  }
}

function isRefusal(value: unknown): boolean {
  if (value === 'not-found' || value === 'forbidden' || typeof value === 'function') return true
  return (
    typeof value === 'object' && value !== null && 'redirect' in value && typeof value.redirect === 'string'
  )
}
