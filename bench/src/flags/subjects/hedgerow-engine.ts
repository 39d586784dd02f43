import { FlagSet, parseDefinitions } from '@hedgerow/core/evaluation'
import type { SyncFlagReader } from '../flag-reader.ts'
import type { FlagWorld } from '../flag-workload.ts'
import { prepareFlags } from '../prepare-flags.ts'
import { definitionProvider, definitionsBody } from '../shared-definitions.ts'
import type { Visitor } from '../visitors.ts'

/** The engine beneath every snapshot, called directly: compiled definitions, a subject and a time in, a value out. */
export async function open({ flags }: FlagWorld): Promise<SyncFlagReader> {
  const definitions = parseDefinitions(definitionProvider(definitionsBody(flags)).getFlagDefinitions())
  if (typeof definitions === 'string') throw new Error(definitions)
  const set = new FlagSet(definitions)
  return {
    isAsync: false,
    one: (key, visitor) => set.evaluate(key, subjectOf(visitor), Date)?.value,
    all(visitor, see) {
      set.evaluateAll(subjectOf(visitor), Date).forEach(({ value }, key) => see(key, value))
    },
    close() {},
  }
}

export const prepare = prepareFlags(open)

function subjectOf({ distinctId, properties }: Visitor) {
  return { distinctId, groups: {}, personProperties: { ...properties }, groupProperties: {} }
}
