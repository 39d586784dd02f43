/** Stands for a property that is not there, as opposed to one whose value is undefined. */
export const absent: unique symbol = Symbol('absent')

/** Properties of a person or a group, with the one that is implied by who it is: `distinct_id` or `$group_key`. */
export class PropertyBag {
  /** Type of the group; empty: of the person. Tells the bags of one subject apart. */
  readonly groupType: string
  readonly #given: object
  readonly #impliedKey: string
  readonly #implied: unknown

  /**
   * @param given read at each look-up and never changed; anything but an object counts as empty.
   * @param implied the id of the person or group.
   */
  constructor(groupType: string, given: unknown, implied: unknown) {
    this.groupType = groupType
    this.#given = typeof given === 'object' && given !== null ? given : empty
    this.#impliedKey = groupType ? '$group_key' : 'distinct_id'
    this.#implied = implied
  }

  /** The value of an own property, which may be undefined; `absent` if there is none. */
  read(key: string): unknown {
    // Own properties alone: `constructor` is no property of a visitor.
    if (Object.hasOwn(this.#given, key)) return (this.#given as Record<string, unknown>)[key]
    return key === this.#impliedKey ? this.#implied : absent
  }
}

const empty = Object.freeze({})
