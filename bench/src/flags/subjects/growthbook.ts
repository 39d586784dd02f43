import { GrowthBookClient } from '@growthbook/growthbook'
import type { FlagValue, SyncFlagReader } from '../flag-reader.ts'
import type { FlagWorld } from '../flag-workload.ts'
import { growthBookFeatures } from '../formats/growthbook.ts'
import { prepareFlags } from '../prepare-flags.ts'
import type { Visitor } from '../visitors.ts'

/** GrowthBook's multi-user client with an instance for each visitor; it has no call for all flags, so they are read one by one. */
export async function open({ flags }: FlagWorld): Promise<SyncFlagReader> {
  const client = new GrowthBookClient()
  client.initSync({ payload: { features: growthBookFeatures(flags) } })
  const keys = flags.map(({ key }) => key)
  const scopedTo = ({ distinctId, properties }: Visitor) =>
    client.createScopedInstance({ attributes: { id: distinctId, ...properties } })
  return {
    isAsync: false,
    one: (key, visitor) => scopedTo(visitor).getFeatureValue<FlagValue>(key, undefined),
    all(visitor, see) {
      const scoped = scopedTo(visitor)
      for (const key of keys) see(key, scoped.getFeatureValue<FlagValue>(key, undefined))
    },
    close: () => client.destroy(),
  }
}

export const prepare = prepareFlags(open)
