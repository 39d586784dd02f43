import { proxy as hedgerowProxy } from './hedgerow.js'

export function proxy(request) {
  return hedgerowProxy(request)
}

export const config = { matcher: ['/((?!_next/static|_next/image).*)'] }
