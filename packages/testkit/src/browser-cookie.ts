import type { HttpAnswer } from './http-client.ts'

/** Name of the browser SDK's cookie for the token of the test site. */
export const cookieName = 'ph_phc_test_posthog'

/** A session id as the browser SDK makes them. */
export const browserSession = '01901b2c-0000-7000-8000-000000000001'

/** The `Cookie` header of a browser whose SDK has stored these members. */
export function browserCookie(members: Readonly<Record<string, unknown>>): string {
  return `${cookieName}=${encodeURIComponent(JSON.stringify(members))}`
}

/** All `Set-Cookie` lines of an answer for the browser SDK's cookie. */
export function cookieLines(answer: HttpAnswer): string[] {
  return (answer.headers['set-cookie'] ?? []).filter((line) => line.startsWith(`${cookieName}=`))
}

/** What the one such cookie of an answer holds. */
export function cookieMembers(answer: HttpAnswer): Record<string, unknown> {
  const [line = '', ...others] = cookieLines(answer)
  if (line === '' || others.length > 0)
    throw new Error(`expected one cookie, got ${others.length + (line ? 1 : 0)}`)
  const [pair = ''] = line.split(';')
  return JSON.parse(decodeURIComponent(pair.slice(pair.indexOf('=') + 1))) as Record<string, unknown>
}

/** The `Cookie` header with which a browser comes back after an answer. */
export function cookieBack(answer: HttpAnswer): string {
  return (answer.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ')
}

/** The headers of a browser that is known under an id. */
export function visitorCookie(distinctId: string): { readonly cookie: string } {
  return { cookie: browserCookie({ distinct_id: distinctId }) }
}
