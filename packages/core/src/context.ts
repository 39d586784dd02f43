import { ownMembers, unserializable } from './own-members.ts'

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
  /**
   * Once aborted, the context is over, and with it those within it that did not start fresh: calls below see none,
   * within a request the request's own. @default none
   */
  signal?: AbortSignal | undefined
}

/** One level of context, as the asynchronous storage holds it. `Scope` is the request scope around it, if any. */
export interface ContextFrame<Scope> {
  readonly scope: Scope | undefined
  /** The context that this one adds to; a request's own and one begun with `fresh` add to none. */
  readonly parent: ContextFrame<Scope> | undefined
  readonly signal: AbortSignal | undefined
  /** Begun with `fresh`, or within such a one: the scope around it says nothing about its identity. */
  fresh: boolean
  data: ContextData
}

const noData: ContextData = {}

/** The frame of a request, on which everything in it stands. */
export function groundOf<Scope>(scope: Scope): ContextFrame<Scope> {
  return { scope, parent: undefined, signal: undefined, fresh: false, data: noData }
}

/** The frame whose data count now: an aborted one ends itself and all that add to it. */
export function liveFrame<Scope>(frame: ContextFrame<Scope> | undefined): ContextFrame<Scope> | undefined {
  let isOver = false
  let ground = frame
  for (let at = frame; at; at = at.parent) {
    isOver ||= isAborted(at.signal)
    ground = at
  }
  if (!isOver) return frame
  if (ground?.scope === undefined) return undefined
  return ground.fresh ? { ...ground, signal: undefined, data: {} } : ground
}

function isAborted(signal: AbortSignal | undefined): boolean {
  try {
    return signal?.aborted ?? false
  } catch {
    // Whatever it is, it does not say so.
    return false
  }
}

/** A copy of what a caller passed, without what cannot be read. */
export function readableContext(given: ContextData): ContextData {
  const data: ContextData = ownMembers(given)
  return data.properties ? { ...data, properties: ownMembers(data.properties, unserializable) } : data
}

/** Inner data over outer: ids replace, properties join. */
export function mergedContext(outer: ContextData, inner: ContextData): ContextData {
  return {
    distinctId: inner.distinctId ?? outer.distinctId,
    sessionId: inner.sessionId ?? outer.sessionId,
    properties: { ...outer.properties, ...inner.properties },
  }
}
