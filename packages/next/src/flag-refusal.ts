import type { GateRefusal } from '@hedgerow/core/adapter'
import type { HandlerCall, PagesCall } from './handler-call.ts'
import { endBy } from './require-flag.ts'

const statuses = { 'not-found': 404, forbidden: 403 } as const
const bodies = { 403: 'Forbidden', 404: 'Not Found', 307: null } as const

/** Answers for whom a gate does not let through, as the one does that Next.js has called. */
export function refuse(call: HandlerCall, otherwise: GateRefusal<never>): unknown {
  if (call.kind === 'action') return endBy(otherwise)
  const location = typeof otherwise === 'object' ? otherwise.redirect : undefined
  if (call.kind === 'props' && otherwise === 'not-found') return { notFound: true }
  if (call.kind === 'props' && location !== undefined) {
    return { redirect: { destination: location, permanent: false } }
  }
  const status = typeof otherwise === 'object' ? 307 : statuses[otherwise]
  return call.kind === 'route' ? answer(status, location) : end(call, status, location)
}

function answer(status: keyof typeof bodies, location: string | undefined): Response {
  return new Response(bodies[status], { status, headers: location === undefined ? {} : { location } })
}

function end({ response }: PagesCall, status: keyof typeof bodies, location: string | undefined): unknown {
  response.statusCode = status
  if (location !== undefined) response.setHeader('location', location)
  response.end(bodies[status])
  return { props: {} } // which nobody sees any more
}
