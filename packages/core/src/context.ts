/** What `withContext` adds to the events and flags of everything that it runs. */
export interface ContextData {
  /** Who acts, for calls that name nobody. */
  distinctId?: string | undefined
  /** Goes out as `$session_id`. */
  sessionId?: string | undefined
  /** Beneath the properties of each event. */
  properties?: Record<string, unknown> | undefined
}

/** How a context begins. */
export interface ContextOptions {
  /** Starts empty instead of adding to the context around it. @default false */
  fresh?: boolean | undefined
  /** Once aborted, the context and those within it are over: calls below see the one around it. @default none */
  signal?: AbortSignal | undefined
}

/** One level of context, as the asynchronous storage holds it. `Scope` is the request scope around it, if any. */
export interface ContextFrame<Scope> {
  readonly scope: Scope | undefined
  readonly parent: ContextFrame<Scope> | undefined
  readonly signal: AbortSignal | undefined
  /** Begun with `fresh`: the scope around it says nothing about its identity. */
  readonly fresh: boolean
  data: ContextData
}

/** The frame whose data count now: the outermost aborted one ends all within it. */
export function liveFrame<Scope>(frame: ContextFrame<Scope> | undefined): ContextFrame<Scope> | undefined {
  let live = frame
  for (let at = frame; at; at = at.parent) if (at.signal?.aborted) live = at.parent
  return live
}

/** Inner data over outer: ids replace, properties join. */
export function mergedContext(outer: ContextData, inner: ContextData): ContextData {
  return {
    distinctId: inner.distinctId ?? outer.distinctId,
    sessionId: inner.sessionId ?? outer.sessionId,
    properties: { ...outer.properties, ...inner.properties },
  }
}
