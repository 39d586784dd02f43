import {
  type ContextData,
  type ContextFrame,
  type ContextOptions,
  liveFrame,
  mergedContext,
  readableContext,
} from './context.ts'
import { ownMembers } from './own-members.ts'
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

  /** Runs something in a scope. @param ground the scope's one, however many times something runs in it. */
  runOn<T>(ground: ContextFrame<Scope>, callback: () => T): T {
    return this.#storage ? this.#storage.run(ground, callback) : callback()
  }

  runWith<T>(data: ContextData, callback: () => T, options: ContextOptions): T {
    return this.runOn(this.#frameWith(data, options), callback)
  }

  /**
   * Adds to the context for the rest of the current asynchronous execution. Inside a request it changes the request's
   * own context, so that nothing of it is seen by the next one on the same connection.
   */
  enter(data: ContextData, options: ContextOptions): void {
    const { current } = this
    const frame = this.#frameWith(data, options)
    if (current?.scope === undefined) this.#storage?.enterWith?.(inPlaceOf(current, frame))
    else Object.assign(current, { data: frame.data, fresh: frame.fresh })
  }

  /** Whatever the context is made of, what runs in it must run. */
  #frameWith(given: ContextData, options: ContextOptions): ContextFrame<Scope> {
    const { current } = this
    const { fresh = false, signal }: ContextOptions = ownMembers(options)
    const data = readableContext(given)
    return {
      scope: current?.scope,
      parent: fresh ? undefined : current,
      signal,
      fresh: fresh || (current?.fresh ?? false),
      data: fresh ? data : mergedContext(current?.data ?? {}, data),
    }
  }
}

/** The frame at the level of the current one: a worker that enters a context for each job must not build a chain of all. */
function inPlaceOf<Scope>(
  current: ContextFrame<Scope> | undefined,
  frame: ContextFrame<Scope>,
): ContextFrame<Scope> {
  if (!current || frame.parent !== current || frame.signal) return frame
  return { ...frame, parent: current.parent, signal: current.signal }
}
