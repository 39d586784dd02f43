import { type NextRequest, NextResponse } from 'next/server.js'

/** How a proxy tells Next.js which headers of the request it has replaced. */
const overridden = 'x-middleware-override-headers'
const replacement = 'x-middleware-request-'

/**
 * Has the request go on with cookies, so that the page knows whom the proxy has met. It is the browser's own header and
 * nothing new: what the page reads there, a browser could have sent.
 */
export function forwardCookies(request: NextRequest, response: Response, lines: readonly string[]): void {
  if (lines.length === 0) return
  const { headers } = response
  if (!headers.has(overridden)) replaceNothing(request, headers)
  const present = headers.get(`${replacement}cookie`)
  const names = (headers.get(overridden) ?? '').split(',')
  if (!names.includes('cookie')) headers.set(overridden, [...names, 'cookie'].join(','))
  headers.set(`${replacement}cookie`, withCookies(present ?? '', lines))
}

/** Next.js drops the headers that a replacement does not name. */
function replaceNothing(request: NextRequest, headers: Headers): void {
  const same = NextResponse.next({ request: { headers: new Headers(request.headers) } })
  for (const [name, value] of same.headers) {
    if (name === overridden || name.startsWith(replacement)) headers.set(name, value)
  }
}

/** A `Cookie` header after these `Set-Cookie` lines; of one cookie on several domains, removals count first. */
function withCookies(header: string, lines: readonly string[]): string {
  const cookies = new Map<string, string>()
  for (const pair of header.split(/; */)) if (pair) cookies.set(nameOf(pair), pair)
  for (const line of lines) cookies.delete(nameOf(line))
  for (const line of lines) {
    const [pair = ''] = line.split(';', 1)
    if (!/; Max-Age=0(?:;|$)/.test(line)) cookies.set(nameOf(pair), pair)
  }
  return [...cookies.values()].join('; ')
}

function nameOf(pair: string): string {
  return pair.slice(0, pair.indexOf('='))
}
