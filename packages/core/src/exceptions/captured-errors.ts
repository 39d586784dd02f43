import { propertyOf } from './property-of.ts'

const marker = '__posthog_previously_captured_error'

/**
 * Remembers which errors were captured, so that one that passes several handlers is sent once. The mark on the error
 * itself is the one that PostHog's own libraries read; frozen errors are remembered all the same.
 */
export class CapturedErrors {
  readonly #seen = new WeakSet<object>()

  /** True the first time an error is seen, and always for a primitive, which has no identity. Never throws. */
  claim(thrown: unknown): boolean {
    if ((typeof thrown !== 'object' && typeof thrown !== 'function') || thrown === null) return true
    if (this.#seen.has(thrown) || propertyOf(thrown, marker) === true) return false
    this.#seen.add(thrown)
    mark(thrown)
    return true
  }
}

function mark(thrown: object): void {
  try {
    // Not enumerable: it must not show up in the application's logs of the error.
    Reflect.defineProperty(thrown, marker, { value: true, configurable: true, writable: true })
  } catch {
    // A proxy that refuses: the set knows it.
  }
}
