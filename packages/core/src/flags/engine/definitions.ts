import { parseFlagDefinition, type FlagDefinition } from './flag-definition.ts'
import { isWireRecord } from '../../wire-record.ts'

/** Definitions of all flags of a project, checked as far as nothing depends on a single flag. */
export interface FlagDefinitions {
  /** In the order sent; of several with one key the last is in the first one's place. */
  readonly flags: ReadonlyMap<string, FlagDefinition>
  /** By id, as sent. */
  readonly cohorts: ReadonlyMap<string, unknown>
  /** Names of group types by index. */
  readonly groupTypes: ReadonlyMap<string, string>
  /** Rules of equality: 2, or older ones. */
  readonly propertyMatchingVersion: number | undefined
  /** Whether the server asks for `$feature_flag_called` events without their bulkier properties. */
  readonly minimalFlagCalledEvents: boolean
  /** How many entries of `flags` are no flags, and were left out. */
  readonly ignored: number
}

/** Flags read between two yields of `definitionsInSteps`: well under a millisecond. */
const flagsPerStep = 100

/**
 * Reads the body of `GET /flags/definitions`, or what a definition cache holds. Keeps references into it, so it must not
 * be changed afterwards. A flag that cannot be understood costs that flag alone, at its first use.
 *
 * @returns a text that says what is wrong if the whole cannot be used.
 */
export function parseDefinitions(json: unknown): FlagDefinitions | string {
  const steps = definitionsInSteps(json)
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}

/** Like `parseDefinitions`, but stops now and then, so that the caller may let others run before it goes on. */
export function* definitionsInSteps(json: unknown): Generator<undefined, FlagDefinitions | string> {
  if (!isWireRecord(json)) return 'the definitions are no object'
  const { flags } = json
  if (!Array.isArray(flags)) return 'the definitions have no list of flags'
  const byKey = new Map<string, FlagDefinition>()
  let ignored = 0
  for (let index = 0; index < flags.length; index++) {
    const definition = parseFlagDefinition(flags[index])
    if (definition) byKey.set(definition.key, definition)
    else ignored++
    if (index % flagsPerStep === flagsPerStep - 1) yield
  }
  const groupTypes = json['group_type_mapping'] ?? json['groupTypeMapping']
  const version = json['property_matching_version'] ?? json['propertyMatchingVersion']
  const minimalEvents = json['minimal_flag_called_events'] ?? json['minimalFlagCalledEvents']
  return {
    flags: byKey,
    cohorts: new Map(entriesOf(json['cohorts'])),
    groupTypes: new Map(entriesOf(groupTypes).filter(isNamed)),
    propertyMatchingVersion: typeof version === 'number' ? version : undefined,
    minimalFlagCalledEvents: minimalEvents === true,
    ignored,
  }
}

function entriesOf(value: unknown): [string, unknown][] {
  return isWireRecord(value) ? Object.entries(value) : []
}

function isNamed(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string' && entry[1] !== ''
}
