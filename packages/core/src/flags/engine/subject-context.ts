import type { FlagSubject } from '../../flag-snapshot.ts'
import type { Bucketing } from './bucketing.ts'
import type { Decisions } from './decisions.ts'
import type { Clock } from './moment.ts'
import { PropertyBag } from './property-bag.ts'

/** A group that a subject belongs to. */
export interface GroupContext {
  readonly id: string
  readonly properties: PropertyBag
}

/** What the evaluations of a set of flags share. */
export interface SharedTables {
  readonly bucketing: Bucketing
  readonly decisions: Decisions
}

/** One subject at one moment, as the conditions of flags look at it. Lives for one evaluation, of one flag or of all. */
export class SubjectContext {
  /** The set's, whose programs hold places in it. */
  readonly bucketing: Bucketing
  readonly decisions: Decisions
  /** Tells evaluations apart, so that what a flag or a cohort remembers of another one does not count. */
  readonly serial: number
  readonly #subject: FlagSubject
  #now: number | Clock
  #person: PropertyBag | undefined
  #groups: Map<string, GroupContext> | undefined

  constructor(subject: FlagSubject, now: number | Clock, shared: SharedTables, serial: number) {
    this.bucketing = shared.bucketing
    this.decisions = shared.decisions
    this.serial = serial
    this.#subject = subject
    this.#now = now
  }

  /** Milliseconds since 1970, the same for the whole evaluation. */
  get now(): number {
    if (typeof this.#now !== 'number') this.#now = this.#now.now()
    return this.#now
  }

  /** Empty where the subject may not be told apart from others. */
  get distinctId(): string {
    const { distinctId } = this.#subject
    return typeof distinctId === 'string' ? distinctId : String(distinctId)
  }

  get person(): PropertyBag {
    this.#person ??= new PropertyBag('', this.#subject.personProperties, this.#subject.distinctId)
    return this.#person
  }

  /** The id by which device-bucketed flags go; undefined when it is not known. */
  get deviceId(): string | undefined {
    const id = this.person.read('$device_id')
    return isNoId(id) ? undefined : String(id)
  }

  /** The subject's group of a type; undefined if it has none. */
  group(type: string): GroupContext | undefined {
    const known = this.#groups?.get(type)
    if (known) return known
    const { groups, groupProperties } = this.#subject
    if (!hasOwn(groups, type)) return undefined
    const given = hasOwn(groupProperties, type) ? groupProperties[type] : undefined
    const id = groups[type]
    const group = { id: String(id), properties: new PropertyBag(type, given, id) }
    this.#groups ??= new Map()
    this.#groups.set(type, group)
    return group
  }
}

/** `absent` is a symbol, and so is no id. */
function isNoId(id: unknown): boolean {
  return id === undefined || id === null || id === '' || typeof id === 'symbol'
}

function hasOwn(object: object, key: string): boolean {
  return typeof object === 'object' && object !== null && Object.hasOwn(object, key)
}
