import { NextResponse } from 'next/server'
import { proxy as hedgerowProxy } from './hedgerow.js'

/** Without a matcher: it sees files and all of Next.js's own requests too, except for one route that is left to itself. */
export function proxy(request) {
  if (request.nextUrl.pathname === '/outside') return undefined
  return hedgerowProxy(request, own)
}

function own(request) {
  const { pathname } = request.nextUrl
  if (pathname === '/rewritten') return NextResponse.rewrite(new URL('/dynamic', request.url))
  if (pathname === '/redirected') return NextResponse.redirect(new URL('/plain', request.url))
  if (pathname === '/refused') return new Response('no', { status: 403 })
  if (pathname === '/headers') return Response.json([request.url, ...request.headers.keys()])
  return undefined
}
