/** Attributes of a cookie to set. */
export interface CookieAttributes {
  readonly domain: string | undefined
  readonly secure: boolean
  /** Whether the page's scripts cannot read it. */
  readonly httpOnly: boolean
  /** 0 removes the cookie. */
  readonly maxAgeSeconds: number
}

const none: readonly string[] = []

/** Every value that a `Cookie` header has for this name, in order, undecoded; duplicates happen when domains overlap. */
export function cookieValues(header: string | undefined, name: string): readonly string[] {
  let at = header?.indexOf(name) ?? -1
  if (header === undefined || at < 0) return none
  const values: string[] = []
  while (at >= 0) {
    const end = header.indexOf(';', at)
    const pair = header.slice(at + name.length, end < 0 ? undefined : end)
    const equals = pair.indexOf('=')
    // The name may stand within the value of another cookie, or within a longer name.
    const isName = header.slice(header.lastIndexOf(';', at) + 1, at).trim() === ''
    if (isName && equals >= 0 && pair.slice(0, equals).trim() === '')
      values.push(pair.slice(equals + 1).trim())
    // Whatever else this cookie holds, its name comes first: nothing is looked at twice.
    at = end < 0 ? -1 : header.indexOf(name, end)
  }
  return values
}

/** A `Set-Cookie` line for the whole site. */
export function setCookieLine(name: string, value: string, attributes: CookieAttributes): string {
  const domain = attributes.domain ? `; Domain=${attributes.domain}` : ''
  const secure = attributes.secure ? '; Secure' : ''
  const httpOnly = attributes.httpOnly ? '; HttpOnly' : ''
  return `${name}=${value}; Path=/; Max-Age=${attributes.maxAgeSeconds}${domain}; SameSite=Lax${secure}${httpOnly}`
}

/** What tells the cookies of one response apart: a line is replaced by one of the same name and domain. */
export function cookiePlaceOf(line: string): string {
  const domain = /;\s*domain=([^;]*)/i.exec(line)?.[1] ?? ''
  return `${line.slice(0, line.indexOf('='))};${domain}`
}
