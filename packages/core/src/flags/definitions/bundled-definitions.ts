import { ConfigError } from '../../errors.ts'
import { parseDefinitions, type FlagDefinitions } from '../engine/definitions.ts'
import { isWireRecord, type WireRecord } from '../../wire-record.ts'

/**
 * Reads the `definitions` option: the body of PostHog's endpoint, whose `flags` may also be an object that gives each key
 * true, false or a variant, for everyone.
 *
 * @throws ConfigError naming what is wrong with the whole; a single bad flag of a list costs that flag alone.
 * @example
 * bundledDefinitions({ flags: { 'new-checkout': true, hero: 'blue' } })
 */
export function bundledDefinitions(bundle: unknown): FlagDefinitions {
  const definitions = parseDefinitions(isWireRecord(bundle) ? withListedFlags(bundle) : bundle)
  if (typeof definitions !== 'string') return definitions
  throw new ConfigError(
    `definitions must be the body of PostHog's definitions endpoint, an object with a list of flags, but ${definitions}`,
  )
}

function withListedFlags(bundle: WireRecord): WireRecord {
  const { flags } = bundle
  if (!isWireRecord(flags)) return bundle
  return { ...bundle, flags: Object.entries(flags).map(([key, value]) => flagForEveryone(key, value)) }
}

function flagForEveryone(key: string, value: unknown): WireRecord {
  const isVariant = typeof value === 'string' && value !== ''
  if (!isVariant && typeof value !== 'boolean') {
    throw new ConfigError(
      `definitions.flags must give each key true, false or the name of a variant, but ${JSON.stringify(key)} has a value of type ${typeof value}`,
    )
  }
  const variants = isVariant ? [{ key: value, rollout_percentage: 100 }] : []
  return { key, active: value !== false, filters: { groups: [{}], multivariate: { variants } } }
}
