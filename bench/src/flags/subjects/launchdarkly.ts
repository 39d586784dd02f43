import { init, type LDContext } from '@launchdarkly/node-server-sdk'
import { TestData } from '@launchdarkly/node-server-sdk/integrations'
import type { AsyncFlagReader } from '../flag-reader.ts'
import type { FlagWorld } from '../flag-workload.ts'
import { launchDarklyData } from '../formats/launchdarkly.ts'
import { prepareFlags } from '../prepare-flags.ts'
import type { Visitor } from '../visitors.ts'

const startTimeoutSeconds = 10

/** LaunchDarkly fed by its test data source with whole definitions, and sending no events. */
export async function open({ flags }: FlagWorld): Promise<AsyncFlagReader> {
  const data = new TestData()
  const { flags: definitions, segments } = launchDarklyData(flags)
  for (const segment of segments) await data.usePreconfiguredSegment(segment)
  for (const definition of definitions) await data.usePreconfiguredFlag(definition)
  const client = init('sdk-bench', {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger: { error() {}, warn() {}, info() {}, debug() {} },
  })
  await client.waitForInitialization({ timeout: startTimeoutSeconds })
  return {
    isAsync: true,
    one: (key, visitor) => client.variation(key, contextOf(visitor), undefined),
    async all(visitor, see) {
      const state = await client.allFlagsState(contextOf(visitor))
      const values = state.allValues()
      for (const key in values) see(key, values[key])
    },
    close: () => client.close(),
  }
}

export const prepare = prepareFlags(open)

function contextOf({ distinctId, properties }: Visitor): LDContext {
  return { kind: 'user', key: distinctId, ...properties }
}
