import type { NextRequest } from 'next/server'
import { proxy as hedgerowProxy } from './hedgerow.ts'

/** Every page passes here, and is counted. An application's own proxy would be the second argument. */
export function proxy(request: NextRequest): Promise<Response> {
  return hedgerowProxy(request)
}

export const config = { matcher: ['/((?!_next/static|_next/image|ingest/).*)'] }
