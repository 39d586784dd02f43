import { proxy as hedgerowProxy } from './hedgerow.js'

export const proxy = (request) => hedgerowProxy(request, () => undefined)

export const config = { matcher: ['/((?!_next/static|_next/image).*)'] }
