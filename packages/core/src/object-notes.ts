/** What is known about objects, one value of each, as a `WeakMap` holds it. */
export interface ObjectNotes<Value> {
  get(object: object): Value | undefined
  set(object: object, value: Value): void
}

/** Constructs its argument, so that a class which extends it adds its private members to that. */
const Itself = function (object: object) {
  return object
} as unknown as new (object: object) => object

/**
 * Makes notes that lie in the objects themselves, in a private member that nobody else sees. For objects that live as long
 * as a request, of which a `WeakMap` would keep every one alive until the next full garbage collection: a young value of
 * an old map counts as reachable, and with it the request that it refers to.
 */
export function createNotes<Value>(): ObjectNotes<Value> {
  class Noted extends Itself {
    #value: Value

    constructor(object: object, value: Value) {
      super(object)
      this.#value = value
    }

    static get(object: object): Value | undefined {
      return #value in object ? object.#value : undefined
    }

    static set(object: object, value: Value): void {
      if (#value in object) object.#value = value
      else void new Noted(object, value)
    }
  }
  return Noted
}
