import { DevServerError } from './dev-server-error.ts'
import type { CohortGroup, FlagDefinition } from './flag-definition.ts'
import { flagFileShape } from './flag-file-shape.ts'

/** What a flag says to everybody: on, off, or one variant. */
export type FlagValue = boolean | string

/**
 * The content of `hedgerow.flags.json`: the body of PostHog's definitions endpoint, with a shorthand for flags that say
 * the same to everybody.
 *
 * @example
 * const file: FlagFile = {
 *   flags: {
 *     'new-checkout': true,
 *     hero: 'b',
 *     beta: { filters: { groups: [{ properties: [{ key: 'plan', value: 'pro' }], rollout_percentage: 50 }] } },
 *   },
 * }
 */
export interface FlagFile {
  /** Where an editor finds the schema. */
  readonly $schema?: string
  /** By key, or the list of definitions that PostHog's endpoint gives. */
  readonly flags:
    | Readonly<Record<string, FlagValue | Omit<FlagDefinition, 'key'>>>
    | readonly FlagDefinition[]
  /** Cohorts by ID; one that is `null` or has no parts has everybody in it. */
  readonly cohorts?: Readonly<Record<string, CohortGroup | null>>
  /** Names of the group types by index, such as `{ "0": "company" }`. */
  readonly group_type_mapping?: Readonly<Record<string, string>>
  /** Rules of equality: 2, or older ones. @default older ones */
  readonly property_matching_version?: number
  /** Asks clients for `$feature_flag_called` events without their bulkier properties. @default false */
  readonly minimal_flag_called_events?: boolean
}

/**
 * Checks a flags file that is already parsed JSON.
 *
 * @param source names the file in messages.
 * @throws DevServerError with code `invalid-flags`, naming the first place that is wrong.
 */
export function flagFileFrom(json: unknown, source: string): FlagFile {
  const problem = flagFileShape(json, '')
  // The cast holds because the shape allows nothing else.
  const file = json as FlagFile
  const mistake = problem ?? repeatedKey(file)
  if (mistake !== undefined) throw new DevServerError('invalid-flags', `${source}: ${mistake}`)
  return file
}

/** JSON keeps the members of an object apart, the items of a list it does not. */
function repeatedKey({ flags }: FlagFile): string | undefined {
  if (!isDefinitionList(flags)) return undefined
  const places = new Map<string, number>()
  for (const [index, { key }] of flags.entries()) {
    const earlier = places.get(key)
    if (earlier !== undefined) {
      return `flags[${index}].key must be another one than ${JSON.stringify(key)}, which flags[${earlier}] has`
    }
    places.set(key, index)
  }
  return undefined
}

/** Whether flags come as the list that PostHog's endpoint gives. */
export function isDefinitionList(flags: FlagFile['flags']): flags is readonly FlagDefinition[] {
  return Array.isArray(flags)
}
