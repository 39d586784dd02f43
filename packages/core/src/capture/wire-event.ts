import { createNotes } from '../object-notes.ts'
import type { ResolvedOptions } from '../options.ts'
import { serialize, utf8Length, withoutLoneSurrogates } from '../serialize.ts'
import type { Library } from '../transport/endpoints.ts'
import { FlatMembers } from './flat-members.ts'

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

/** What the library itself says in every event, or adds to it; nobody can override these. */
const ownKeys = ['$lib', '$lib_version', '$is_server', '$geoip_disable', '$groups']

/** Texts of shared layers; undefined for one that says what only the library says, and must be merged. */
const layerTexts = createNotes<{ readonly text: string | undefined }>()

/** Builds wire events: properties in their order of precedence, the library's own last so that nobody can override them. */
export class WireEventBuilder {
  readonly #maxBytes: number
  readonly #isServer: boolean
  readonly #library: Library
  readonly #flat = new FlatMembers()
  #layers: { readonly locatable: LibraryLayer; readonly unlocatable: LibraryLayer } | undefined

  constructor(options: Pick<ResolvedOptions, 'isServer' | 'maxEventBytes'>, library: Library) {
    this.#maxBytes = options.maxEventBytes
    this.#isServer = options.isServer
    this.#library = library
  }

  /** The event as JSON text. Undefined: it is larger than `maxEventBytes`. */
  serialize(event: SettledEvent): { json: string; bytes: number } | undefined {
    const properties = this.#propertiesText(event)
    if (properties === undefined) return undefined
    const json = withoutLoneSurrogates(
      `{"distinct_id":${JSON.stringify(event.distinctId)},"event":${JSON.stringify(event.event)},` +
        `"properties":{${properties}},"uuid":"${event.uuid}","timestamp":${JSON.stringify(event.timestamp)}}`,
    )
    const bytes = utf8Length(json)
    return bytes > this.#maxBytes ? undefined : { json, bytes }
  }

  /** The layers' texts one after another; merged into one first where a key would otherwise appear twice. */
  #propertiesText(event: SettledEvent): string | undefined {
    const { common = noProperties, properties } = event
    const groups = groupsOf(event)
    this.#layers ??= libraryLayers(this.#library, this.#isServer)
    const library = event.disableGeoip ? this.#layers.unlocatable : this.#layers.locatable
    const commonText = common === noProperties ? '' : this.#layerText(common)
    const around = [common, groups ?? noProperties, library.properties]
    const repeats = Object.keys(properties).some((key) => around.some((layer) => Object.hasOwn(layer, key)))
    if (repeats || commonText === undefined) {
      return this.#membersText({ ...common, ...properties, ...groups, ...library.properties })
    }
    const texts = [
      commonText,
      this.#membersText(properties),
      groups ? this.#membersText(groups) : '',
      library.text,
    ]
    return texts.includes(undefined) ? undefined : texts.filter(Boolean).join(',')
  }

  #layerText(layer: PropertyLayer): string | undefined {
    const known = layerTexts.get(layer)
    if (known) return known.text
    const isMerged = ownKeys.some((key) => Object.hasOwn(layer, key))
    const text = isMerged ? undefined : this.#membersText(layer)
    layerTexts.set(layer, { text })
    return text
  }

  /** An object's JSON without its braces; undefined when too large. */
  #membersText(members: PropertyLayer): string | undefined {
    const flat = this.#flat.text(members, this.#maxBytes)
    if (flat !== undefined) return flat
    const { json, tooLarge } = serialize(unconverted(members), this.#maxBytes)
    if (tooLarge) return undefined
    return json?.startsWith('{') ? json.slice(1, -1) : ''
  }
}

const noProperties: PropertyLayer = {}

interface LibraryLayer {
  readonly properties: PropertyLayer
  /** Its JSON without braces. */
  readonly text: string
}

function libraryLayers(
  { id, version }: Library,
  isServer: boolean,
): { readonly locatable: LibraryLayer; readonly unlocatable: LibraryLayer } {
  const library = { $lib: id, $lib_version: version, ...(isServer && { $is_server: true }) }
  return { locatable: libraryLayer(library), unlocatable: libraryLayer({ ...library, $geoip_disable: true }) }
}

function libraryLayer(properties: PropertyLayer): LibraryLayer {
  return { properties, text: JSON.stringify(properties).slice(1, -1) }
}

function groupsOf(event: SettledEvent): { $groups: object } | undefined {
  const { groups } = event
  return groups && Object.keys(groups).length > 0 ? { $groups: groups } : undefined
}

/** Members of which one is called `toJSON`: a function, which JSON has not, must not speak for the others. */
function unconverted(members: PropertyLayer): PropertyLayer {
  return typeof members['toJSON'] === 'function' ? { ...members, toJSON: undefined } : members
}
