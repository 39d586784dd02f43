import { NextResponse } from 'next/server'
import { proxy as hedgerowProxy } from './hedgerow.js'

export function proxy(request) {
  return hedgerowProxy(request, own)
}

export const config = { matcher: ['/((?!_next/static|_next/image).*)'] }

function own(request) {
  const { pathname } = request.nextUrl
  if (pathname === '/old') return NextResponse.redirect(new URL('/who', request.url))
  if (pathname === '/rewritten') return NextResponse.rewrite(new URL('/who', request.url))
  if (pathname === '/blocked') return new Response('no', { status: 403 })
  if (pathname === '/marked') {
    const headers = new Headers(request.headers)
    headers.set('x-own', 'kept')
    const response = NextResponse.rewrite(new URL('/who', request.url), { request: { headers } })
    response.cookies.set('own', '1')
    return response
  }
  return undefined
}
