import { isUuid } from '../runtime/uuid.ts'

const longestIdleMs = 30 * 60 * 1000
const longestSessionMs = 24 * 60 * 60 * 1000

/** A browsing session; times in milliseconds since the epoch. */
export interface Session {
  readonly id: string
  readonly lastActivity: number
  readonly start: number
}

/** A session as a cookie tells it; undefined when something of it is missing or cannot be. */
export function sessionFrom(lastActivity: unknown, id: unknown, start: unknown): Session | undefined {
  if (!isTime(lastActivity) || !isTime(start) || !isUuid(id)) return undefined
  return { id, lastActivity, start }
}

/** Whether a request now still belongs to the session: at most 30 minutes idle and 24 hours old, by either clock. */
export function isFresh(session: Session, now: number): boolean {
  return (
    Math.abs(now - session.lastActivity) <= longestIdleMs && Math.abs(now - session.start) <= longestSessionMs
  )
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0
}
