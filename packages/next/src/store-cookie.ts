import type { cookies } from 'next/headers.js'

/** The cookies of a response that Next.js makes, where they can be written. */
type CookieStore = Awaited<ReturnType<typeof cookies>>

/** Writes a `Set-Cookie` line of ours through Next.js. @returns false where it lets nobody write, as while a page is rendered. */
export function storeCookie(store: CookieStore, line: string): boolean {
  const [pair = '', ...attributes] = line.split('; ')
  const equals = pair.indexOf('=')
  const domain = attributes.find((attribute) => attribute.startsWith('Domain='))
  const maxAge = attributes.find((attribute) => attribute.startsWith('Max-Age='))
  try {
    // It encodes the value again.
    store.set(pair.slice(0, equals), decodeURIComponent(pair.slice(equals + 1)), {
      path: '/',
      sameSite: 'lax',
      secure: attributes.includes('Secure'),
      httpOnly: attributes.includes('HttpOnly'),
      maxAge: Number(maxAge?.slice('Max-Age='.length) ?? 0),
      ...(domain !== undefined && { domain: domain.slice('Domain='.length) }),
    })
    return true
  } catch {
    return false
  }
}
