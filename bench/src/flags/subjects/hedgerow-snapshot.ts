import type { AsyncFlagReader } from '../flag-reader.ts'
import type { FlagWorld } from '../flag-workload.ts'
import { prepareFlags } from '../prepare-flags.ts'
import { hedgerowClient } from './hedgerow-client.ts'

/** One awaited `evaluateFlags()` a unit, whose snapshot is then read without waiting; a flag is evaluated when it is read. */
export async function open(world: FlagWorld): Promise<AsyncFlagReader> {
  const client = await hedgerowClient(world)
  const silently = { sendFeatureFlagEvents: false }
  return {
    isAsync: true,
    async one(key, { distinctId, properties }) {
      const snapshot = await client.evaluateFlags(distinctId, {
        personProperties: { ...properties },
        onlyEvaluateLocally: true,
      })
      return snapshot.getFlag(key, silently)
    },
    async all({ distinctId, properties }, see) {
      const snapshot = await client.evaluateFlags(distinctId, {
        personProperties: { ...properties },
        onlyEvaluateLocally: true,
      })
      for (const [key, value] of snapshot.entries()) see(key, value)
    },
    close: async () => void (await client.shutdown()),
  }
}

export const prepare = prepareFlags(open)
