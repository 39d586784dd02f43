import type { AsyncFlagReader } from '../flag-reader.ts'
import type { FlagWorld } from '../flag-workload.ts'
import { prepareFlags } from '../prepare-flags.ts'
import { hedgerowClient } from './hedgerow-client.ts'

/** posthog-node's calls, on Hedgerow's client: one flag, or all, for each await. */
export async function open(world: FlagWorld): Promise<AsyncFlagReader> {
  const client = await hedgerowClient(world)
  return {
    isAsync: true,
    one: (key, { distinctId, properties }) =>
      client.getFeatureFlag(key, distinctId, {
        personProperties: { ...properties },
        sendFeatureFlagEvents: false,
        onlyEvaluateLocally: true,
      }),
    async all({ distinctId, properties }, see) {
      const values = await client.getAllFlags(distinctId, {
        personProperties: { ...properties },
        onlyEvaluateLocally: true,
      })
      for (const key in values) see(key, values[key])
    },
    close: async () => void (await client.shutdown()),
  }
}

export const prepare = prepareFlags(open)
