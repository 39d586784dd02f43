/** A set of states in the order of their addition. Emptying it takes no time, however many it can hold. */
export class StateSet {
  readonly #members: Int32Array
  /** Where each state stands among the members; without meaning for states that are not there. */
  readonly #places: Int32Array
  #size = 0

  /** @param capacity - the states are the numbers below it. */
  constructor(capacity: number) {
    this.#members = new Int32Array(capacity)
    this.#places = new Int32Array(capacity)
  }

  get size(): number {
    return this.#size
  }

  /** The member at a place below `size`. */
  at(place: number): number {
    return this.#members[place] as number
  }

  add(state: number): void {
    const place = this.#places[state] as number
    if (place < this.#size && this.#members[place] === state) return
    this.#places[state] = this.#size
    this.#members[this.#size++] = state
  }

  clear(): void {
    this.#size = 0
  }

  /** Replaces the members. */
  fill(states: Int32Array): void {
    this.#size = 0
    for (const state of states) this.add(state)
  }

  toArray(): Int32Array {
    return this.#members.slice(0, this.#size)
  }
}
