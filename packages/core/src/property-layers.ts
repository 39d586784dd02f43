/** Properties shared by many events, such as all of one request: serialised once, as long as the object stays the same. */
export type PropertyLayer = Readonly<Record<string, unknown>>

/** Layers of which no two have a property in common, so that their texts can stand side by side. */
export type PropertyLayers = readonly PropertyLayer[]

/** All properties in one object; of those that several layers have, the last one's. */
export function mergedLayers(layers: PropertyLayers = []): PropertyLayer {
  return layers.length === 1 && layers[0] ? layers[0] : Object.assign({}, ...layers)
}
