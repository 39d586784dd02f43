import type { AsyncFlagReader } from '../flag-reader.ts'
import type { FlagWorld } from '../flag-workload.ts'
import { prepareFlags } from '../prepare-flags.ts'
import { postHogClient } from './posthog-node-client.ts'

/** posthog-node's `getFeatureFlag` and `getAllFlags`. */
export async function open(world: FlagWorld): Promise<AsyncFlagReader> {
  const client = await postHogClient(world)
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
    close: () => client.shutdown(),
  }
}

export const prepare = prepareFlags(open)
