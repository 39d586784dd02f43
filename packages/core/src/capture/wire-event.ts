import { createNotes } from '../object-notes.ts'
import type { ResolvedOptions } from '../options.ts'
import { mergedLayers, type PropertyLayer, type PropertyLayers } from '../property-layers.ts'
import { serialize, utf8Length, withoutLoneSurrogates } from '../serialize.ts'
import type { Library } from '../transport/endpoints.ts'
import { FlatMembers, type MembersText } from './flat-members.ts'

/** An event whose identity, time and properties are settled. */
export interface SettledEvent {
  readonly distinctId: string
  readonly event: string
  /** Beneath `properties`, which win over it. */
  readonly common: PropertyLayers | undefined
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
const layerTexts = createNotes<{ readonly written: MembersText | undefined }>()

const nothing: MembersText = { text: '', isPlain: true }

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
    const { distinctId, event: name, uuid, timestamp } = event
    const properties = this.#propertiesText(event)
    const head = this.#flat.text({ distinct_id: distinctId, event: name }, this.#maxBytes)
    const foot = this.#flat.text({ uuid, timestamp }, this.#maxBytes)
    if (!properties || !head || !foot) return undefined
    const text = `{${head.text}"properties":{${properties.text}},${foot.text.slice(0, -1)}}`
    const isPlain = properties.isPlain && head.isPlain && foot.isPlain
    const written = isPlain ? plainEvent(text) : repairedEvent(text)
    return written.bytes > this.#maxBytes ? undefined : written
  }

  /** The layers' texts one after another, without braces; merged into one first where a key would otherwise appear twice. */
  #propertiesText(event: SettledEvent): MembersText | undefined {
    const { common = noLayers, properties } = event
    const groups = groupsOf(event)
    this.#layers ??= libraryLayers(this.#library, this.#isServer)
    const library = event.disableGeoip ? this.#layers.unlocatable : this.#layers.locatable
    const shared = this.#sharedText(common)
    const isRepeated = (name: string) =>
      Object.hasOwn(library.properties, name) || (groups && name === '$groups') || isIn(common, name)
    if (shared === undefined || Object.keys(properties).some(isRepeated)) {
      const merged = { ...mergedLayers(common), ...properties, ...groups, ...library.properties }
      const written = this.#membersText(merged)
      return written && { text: written.text.slice(0, -1), isPlain: written.isPlain }
    }
    const own = this.#membersText(properties)
    const grouped = groups ? this.#membersText(groups) : nothing
    if (!own || !grouped) return undefined
    return {
      text: shared.text + own.text + grouped.text + library.text,
      isPlain: shared.isPlain && own.isPlain && grouped.isPlain,
    }
  }

  /** The layers' texts one after another; undefined where one of them must be merged, or is too large. */
  #sharedText(layers: PropertyLayers): MembersText | undefined {
    let text = ''
    let isPlain = true
    for (const layer of layers) {
      const written = this.#layerText(layer)
      if (!written) return undefined
      text += written.text
      isPlain &&= written.isPlain
    }
    return { text, isPlain }
  }

  #layerText(layer: PropertyLayer): MembersText | undefined {
    const known = layerTexts.get(layer)
    if (known) return known.written
    const isMerged = ownKeys.some((key) => Object.hasOwn(layer, key))
    const written = isMerged ? undefined : this.#membersText(layer)
    layerTexts.set(layer, { written })
    return written
  }

  /** An object's members; undefined when too large. */
  #membersText(members: PropertyLayer): MembersText | undefined {
    const flat = this.#flat.text(members, this.#maxBytes)
    if (flat) return flat
    const { json, tooLarge } = serialize(unconverted(members), this.#maxBytes)
    if (tooLarge) return undefined
    if (!json?.startsWith('{') || json === '{}') return nothing
    return { text: `${json.slice(1, -1)},`, isPlain: false }
  }
}

function plainEvent(json: string): { json: string; bytes: number } {
  // Searched, so that the engine puts it together now: until then it keeps all the pieces of a text that waits.
  return json.indexOf('{') === 0 ? { json, bytes: json.length } : repairedEvent(json)
}

function repairedEvent(text: string): { json: string; bytes: number } {
  const json = withoutLoneSurrogates(text)
  return { json, bytes: utf8Length(json) }
}

const noLayers: PropertyLayers = []

function isIn(layers: PropertyLayers, name: string): boolean {
  for (const layer of layers) if (Object.hasOwn(layer, name)) return true
  return false
}

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
