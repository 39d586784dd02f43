import type { ResolvedOptions } from '../options.ts'
import { libraryId, libraryVersion } from '../transport/endpoints.ts'
import { serialize, utf8Length } from './serialize.ts'

/** Properties shared by many events, such as all of one request: serialised once, as long as the object stays the same. */
export type PropertyLayer = Readonly<Record<string, unknown>>

/** An event whose identity, time and properties are settled. */
export interface SettledEvent {
  readonly distinctId: string
  readonly event: string
  /** Beneath `properties`, which win over it. */
  readonly common: PropertyLayer | undefined
  readonly properties: Readonly<Record<string, unknown>>
  readonly groups: Readonly<Record<string, string | number>> | undefined
  readonly disableGeoip: boolean
  readonly uuid: string
  readonly timestamp: string
}

/** An event as it lies in a batch (`POST /batch/`). */
export interface WireEvent {
  readonly distinct_id: string
  readonly event: string
  readonly properties: Readonly<Record<string, unknown>>
  readonly uuid: string
  readonly timestamp: string
}

const layerTexts = new WeakMap<PropertyLayer, string>()

/** Builds wire events: properties in their order of precedence, the library's own last so that nobody can override them. */
export class WireEventBuilder {
  readonly #maxBytes: number
  readonly #libraryWithGeoip: PropertyLayer
  readonly #libraryWithoutGeoip: PropertyLayer

  constructor(options: Pick<ResolvedOptions, 'isServer' | 'maxEventBytes'>) {
    this.#maxBytes = options.maxEventBytes
    const library = {
      $lib: libraryId,
      $lib_version: libraryVersion,
      ...(options.isServer && { $is_server: true }),
    }
    this.#libraryWithGeoip = library
    this.#libraryWithoutGeoip = { ...library, $geoip_disable: true }
  }

  /** The event as JSON text. Undefined: it is larger than `maxEventBytes`. */
  serialize(event: SettledEvent): { json: string; bytes: number } | undefined {
    const properties = this.#propertiesText(event)
    if (properties === undefined) return undefined
    const json =
      `{"distinct_id":${JSON.stringify(event.distinctId)},"event":${JSON.stringify(event.event)},` +
      `"properties":{${properties}},"uuid":"${event.uuid}","timestamp":${JSON.stringify(event.timestamp)}}`
    const bytes = utf8Length(json)
    return bytes > this.#maxBytes ? undefined : { json, bytes }
  }

  /** The layers' texts one after another; merged into one first where a key would otherwise appear twice. */
  #propertiesText(event: SettledEvent): string | undefined {
    const groups = groupsOf(event)
    const library = this.#library(event)
    const around = [event.common, groups, library]
    const repeats = Object.keys(event.properties).some((key) =>
      around.some((layer) => layer && Object.hasOwn(layer, key)),
    )
    if (repeats) {
      return this.#membersText({ ...event.common, ...event.properties, ...groups, ...library })
    }
    const texts = [
      event.common ? this.#layerText(event.common) : '',
      this.#membersText(event.properties),
      groups ? this.#membersText(groups) : '',
      this.#layerText(library),
    ]
    return texts.includes(undefined) ? undefined : texts.filter(Boolean).join(',')
  }

  #layerText(layer: PropertyLayer): string | undefined {
    const known = layerTexts.get(layer)
    if (known !== undefined) return known
    const text = this.#membersText(layer)
    if (text !== undefined) layerTexts.set(layer, text)
    return text
  }

  /** An object's JSON without its braces; undefined when too large. */
  #membersText(members: PropertyLayer): string | undefined {
    const { json, tooLarge } = serialize(members, this.#maxBytes)
    if (tooLarge) return undefined
    return json?.startsWith('{') ? json.slice(1, -1) : ''
  }

  #library(event: SettledEvent): PropertyLayer {
    return event.disableGeoip ? this.#libraryWithoutGeoip : this.#libraryWithGeoip
  }
}

function groupsOf(event: SettledEvent): { $groups: object } | undefined {
  const { groups } = event
  return groups && Object.keys(groups).length > 0 ? { $groups: groups } : undefined
}
