import { cookies } from 'next/headers'
import { keepSession, type Session, sessionCookie, sessionIn } from './sessions.ts'

const empty: Session = { userId: undefined, cart: {} }

/** The session of the browser that asks, in pages and actions. */
export async function currentSession(): Promise<Session> {
  return sessionIn((await cookies()).toString()) ?? empty
}

/** Begins the browser's session anew, in actions. */
export async function renewSession(session: Session): Promise<void> {
  const store = await cookies()
  const id = keepSession(session, store.get(sessionCookie)?.value)
  store.set(sessionCookie, id, { httpOnly: true, sameSite: 'lax' })
}
