import type { FlagDefinitions } from '../engine/definitions.ts'
import { FlagSet } from '../engine/flag-set.ts'

/** Definitions in force. */
export interface LoadedDefinitions {
  readonly set: FlagSet
  /** Milliseconds since 1970: of the last 200 or cache read; for bundled ones, of the client's construction. */
  readonly loadedAt: number
  /** Whether the server asks for `$feature_flag_called` events without their bulkier properties. */
  readonly minimalFlagCalledEvents: boolean
}

/** Puts parsed definitions to use. */
export function loadedDefinitions(
  definitions: FlagDefinitions,
  evaluationContexts: readonly string[],
  loadedAt: number,
): LoadedDefinitions {
  const { minimalFlagCalledEvents } = definitions
  return { set: new FlagSet(definitions, { evaluationContexts }), loadedAt, minimalFlagCalledEvents }
}
