import type { FlagSnapshot } from '../flag-snapshot.ts'
import type { PropertyLayer } from '../property-layers.ts'

/** What an event says about the flags that it was given: `$feature/<key>` of each, and the keys of those that are on. */
export function flagLayer(flags: Pick<FlagSnapshot, 'entries'>): PropertyLayer {
  const entries = [...flags.entries()]
  const active = entries.filter(([, value]) => value !== false).map(([key]) => key)
  return {
    ...Object.fromEntries(entries.map(([key, value]) => [`$feature/${key}`, value])),
    ...(active.length > 0 && { $active_feature_flags: active.toSorted() }),
  }
}
