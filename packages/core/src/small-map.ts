/** So many keys are looked at one by one. */
const mostListed = 16

/**
 * Values by key where there are a few of them, such as the flags that one request reads: a `Map` would make its table anew
 * several times before it holds them. Beyond that it is one.
 */
export class SmallMap<Value> {
  readonly #keys: string[] = []
  readonly #values: Value[] = []
  /** Where each key stands, once there are many. */
  #places: Map<string, number> | undefined

  get(key: string): Value | undefined {
    const place = this.#placeOf(key)
    return place < 0 ? undefined : this.#values[place]
  }

  set(key: string, value: Value): void {
    const place = this.#placeOf(key)
    if (place >= 0) {
      this.#values[place] = value
      return
    }
    const end = this.#keys.push(key)
    this.#values.push(value)
    if (this.#places) this.#places.set(key, end - 1)
    else if (end > mostListed) this.#places = new Map(this.#keys.map((each, index) => [each, index]))
  }

  /** In the order in which they were first set. */
  keys(): readonly string[] {
    return this.#keys
  }

  #placeOf(key: string): number {
    return this.#places ? (this.#places.get(key) ?? -1) : this.#keys.indexOf(key)
  }
}
