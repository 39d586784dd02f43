import {
  type ContextData,
  type ContextFrame,
  type ContextOptions,
  liveFrame,
  mergedContext,
} from './context.ts'
import type { AsyncStorage } from './runtime.ts'

/**
 * Contexts and request scopes of one client, in one asynchronous storage: a scope is the ground that contexts within it
 * stand on. Where the platform has no such storage, callbacks just run.
 */
export class ContextStorage<Scope> {
  readonly #storage: AsyncStorage<ContextFrame<Scope>> | undefined

  constructor(storage: AsyncStorage<ContextFrame<Scope>> | undefined) {
    this.#storage = storage
  }

  get current(): ContextFrame<Scope> | undefined {
    return liveFrame(this.#storage?.getStore())
  }

  runInScope<T>(scope: Scope, callback: () => T): T {
    return this.#run({ scope, parent: undefined, signal: undefined, fresh: false, data: {} }, callback)
  }

  runWith<T>(data: ContextData, callback: () => T, options: ContextOptions): T {
    return this.#run(this.#frameWith(data, options), callback)
  }

  /**
   * Adds to the context for the rest of the current asynchronous execution. Inside a request it changes the request's
   * own context, so that nothing of it is seen by the next one on the same connection.
   */
  enter(data: ContextData, options: ContextOptions): void {
    const frame = this.#frameWith(data, options)
    const { current } = this
    if (current?.scope === undefined) this.#storage?.enterWith?.(frame)
    else current.data = frame.data
  }

  #frameWith(data: ContextData, { fresh = false, signal }: ContextOptions): ContextFrame<Scope> {
    const { current } = this
    return {
      scope: current?.scope,
      parent: current,
      signal,
      fresh: fresh || (current?.fresh ?? false),
      data: mergedContext(fresh ? {} : (current?.data ?? {}), { ...data }),
    }
  }

  #run<T>(frame: ContextFrame<Scope>, callback: () => T): T {
    return this.#storage ? this.#storage.run(frame, callback) : callback()
  }
}
