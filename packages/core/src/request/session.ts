const longestIdleMs = 30 * 60 * 1000
const longestSessionMs = 24 * 60 * 60 * 1000

/** A browsing session; times in milliseconds since the epoch. */
export interface Session {
  readonly id: string
  readonly lastActivity: number
  readonly start: number
}

/** Whether a request now still belongs to the session: at most 30 minutes idle and 24 hours old, by either clock. */
export function isFresh(session: Session, now: number): boolean {
  return (
    Math.abs(now - session.lastActivity) <= longestIdleMs && Math.abs(now - session.start) <= longestSessionMs
  )
}
