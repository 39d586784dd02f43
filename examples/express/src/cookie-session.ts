import { randomBytes } from 'node:crypto'
import type { RequestHandler } from 'express'
import type { Cart } from './cart.ts'

/** What the shop remembers of one browser. */
export interface Session {
  userId: string | undefined
  cart: Cart
}

declare global {
  namespace Express {
    interface Request {
      /** Set by `cookieSession`. */
      session: Session
      /** Begins the session anew under another id, which a stolen or planted old one does not open. */
      renewSession(session: Session): void
    }
  }
}

const cookieName = 'shop_session'
const cookiePattern = /(?:^|;\s*)shop_session=([0-9a-f]{64})(?:;|$)/
const mostSessions = 10_000

/**
 * Sessions in memory, for this example: they end with the process, and the oldest make room. Use a session library with
 * a store in an application of your own.
 */
export function cookieSession(): RequestHandler {
  const sessions = new Map<string, Session>()

  return function cookieSession(req, res, next) {
    let id = sessionIdFrom(req.headers.cookie)
    const begin = (session: Session) => {
      sessions.delete(id)
      id = randomBytes(32).toString('hex')
      sessions.set(id, session)
      const [oldest] = sessions.keys()
      if (sessions.size > mostSessions && oldest !== undefined) sessions.delete(oldest)
      res.cookie(cookieName, id, { httpOnly: true, sameSite: 'lax' })
      req.session = session
    }

    const known = sessions.get(id)
    if (known) req.session = known
    else begin({ userId: undefined, cart: new Map() })
    req.renewSession = begin
    next()
  }
}

function sessionIdFrom(cookies = ''): string {
  return cookiePattern.exec(cookies)?.[1] ?? ''
}
