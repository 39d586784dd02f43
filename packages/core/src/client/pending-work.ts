import type { Runtime } from '../runtime.ts'
import { within } from '../runtime/within.ts'

/** Events in preparation, which `flush` and `shutdown` wait for. */
export class PendingWork {
  readonly #runtime: Runtime
  readonly #onAdd: (work: Promise<void>) => void
  readonly #works = new Set<Promise<void>>()

  /** @param onAdd hears of all work as it begins. */
  constructor(runtime: Runtime, onAdd: (work: Promise<void>) => void) {
    this.#runtime = runtime
    this.#onAdd = onAdd
  }

  /** @param work must settle soon; what it does about its failure is its own affair. */
  add(work: Promise<void>): void {
    this.#works.add(work)
    const remove = () => this.#works.delete(work)
    work.then(remove, remove)
    this.#onAdd(work)
  }

  /** Resolves when the work begun before the call has settled or the time is over; undefined when there is none, so that nothing need be awaited. */
  settled(deadlineMs: number): Promise<void> | undefined {
    return this.#works.size === 0
      ? undefined
      : within(this.#runtime, deadlineMs, Promise.allSettled(this.#works))
  }
}
