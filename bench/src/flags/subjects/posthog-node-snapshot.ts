import type { AsyncFlagReader } from '../flag-reader.ts'
import type { FlagWorld } from '../flag-workload.ts'
import { prepareFlags } from '../prepare-flags.ts'
import { postHogClient } from './posthog-node-client.ts'

/** posthog-node's `evaluateFlags`: it evaluates everything it was asked for at once, so one flag is asked for by name. */
export async function open(world: FlagWorld): Promise<AsyncFlagReader> {
  const client = await postHogClient(world)
  return {
    isAsync: true,
    async one(key, { distinctId, properties }) {
      const snapshot = await client.evaluateFlags(distinctId, {
        flagKeys: [key],
        personProperties: { ...properties },
        onlyEvaluateLocally: true,
      })
      return snapshot.getFlag(key)
    },
    async all({ distinctId, properties }, see) {
      const snapshot = await client.evaluateFlags(distinctId, {
        personProperties: { ...properties },
        onlyEvaluateLocally: true,
      })
      for (const key of snapshot.keys) see(key, snapshot.getFlag(key))
    },
    close: () => client.shutdown(),
  }
}

export const prepare = prepareFlags(open)
