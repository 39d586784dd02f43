import type { Cart } from './cart.ts'

/** What the shop remembers of one browser. */
export interface Session {
  readonly userId: string | undefined
  readonly cart: Cart
}

const mostSessions = 10_000
const place = Symbol.for('example-shop.sessions')

/** The cookie with a session's id. */
export const sessionCookie = 'shop_session'

/** The session that a `Cookie` header names, if there is one. */
export function sessionIn(cookies: string | null): Session | undefined {
  return sessions().get(/(?:^|;\s*)shop_session=([\da-f-]{36})(?:;|$)/.exec(cookies ?? '')?.[1] ?? '')
}

/** Keeps a session. @returns its new id, which a stolen or planted old one does not open. */
export function keepSession(session: Session, oldId: string | undefined): string {
  const id = crypto.randomUUID()
  if (oldId !== undefined) sessions().delete(oldId)
  sessions().set(id, session)
  const [oldest] = sessions().keys()
  if (sessions().size > mostSessions && oldest !== undefined) sessions().delete(oldest)
  return id
}

/**
 * In memory, for this example: they end with the process. Next.js bundles the proxy apart from the pages, so that each has
 * this module once, and shares nothing else with them.
 */
function sessions(): Map<string, Session> {
  const holder = globalThis as { [place]?: Map<string, Session> }
  holder[place] ??= new Map()
  return holder[place]
}
