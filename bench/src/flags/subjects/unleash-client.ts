import { once } from 'node:events'
import { InMemStorageProvider, Unleash, type UnleashConfig, UnleashEvents } from 'unleash-client'
import type { FlagValue, SyncFlagReader } from '../flag-reader.ts'
import type { FlagWorld } from '../flag-workload.ts'
import { unleashFeatures } from '../formats/unleash.ts'
import { prepareFlags } from '../prepare-flags.ts'
import type { Visitor } from '../visitors.ts'

/** Unleash, bootstrapped; a flag with variants is read by `getVariant`, others by `isEnabled`, and all flags one by one. */
export async function open({ flags }: FlagWorld): Promise<SyncFlagReader> {
  const { features, segments } = unleashFeatures(flags)
  const client = new Unleash({
    appName: 'bench',
    url: 'http://127.0.0.1:9/api/',
    refreshInterval: 0,
    disableMetrics: true,
    disableAutoStart: true,
    storageProvider: new InMemStorageProvider(),
    // Its own types of features and segments are not exported.
    bootstrap: { data: features, segments } as unknown as NonNullable<UnleashConfig['bootstrap']>,
  })
  // It is ready some turns after `start()` resolves, and says that every flag is off until then.
  const ready = once(client, UnleashEvents.Ready)
  await client.start()
  await ready
  const keys = flags.map(({ key }) => key)
  const withVariants = new Set(flags.filter(({ kind }) => kind === 'multivariate').map(({ key }) => key))
  const read = (key: string, context: ReturnType<typeof contextOf>): FlagValue => {
    if (!withVariants.has(key)) return client.isEnabled(key, context)
    const { enabled, name } = client.getVariant(key, context)
    return enabled && name
  }
  return {
    isAsync: false,
    one: (key, visitor) => read(key, contextOf(visitor)),
    all(visitor, see) {
      const context = contextOf(visitor)
      for (const key of keys) see(key, read(key, context))
    },
    close: () => client.destroy(),
  }
}

export const prepare = prepareFlags(open)

function contextOf({ distinctId, properties }: Visitor) {
  return { userId: distinctId, properties: { ...properties } }
}
