import { type ClientAddress, forwardedAddress } from './client-address.ts'
import type { IngestCall } from './ingest-call.ts'

/** All that passes as it is; what the application or another proxy keeps in headers is none of PostHog's business. */
const passed = [
  'accept',
  'content-type',
  'content-encoding',
  'user-agent',
  'origin',
  'if-none-match',
  'if-modified-since',
  'access-control-request-method',
  'access-control-request-headers',
  'x-conversations-token',
]

/** The headers of a call as they go upstream. */
export function forwardedHeaders(call: IngestCall, mode: ClientAddress): Record<string, string> {
  // `fetch` decodes what it gets, so anything but the bytes themselves would be packed and unpacked for nothing.
  const headers: Record<string, string> = { 'accept-encoding': 'identity' }
  const set = (name: string, value: string | undefined) => {
    if (value !== undefined && isHeaderValue(value)) headers[name] = value
  }
  for (const name of passed) set(name, call.header(name))
  set('referer', originOf(call.header('referer')))
  set('x-forwarded-for', forwardedAddress(call.ip, mode))
  if (call.body !== undefined) set('content-length', lengthOf(call)?.toString())
  return headers
}

/** How long the body of a call says that it is; undefined for one that comes in chunks. */
export function lengthOf(call: IngestCall): number | undefined {
  const text = call.header('content-length')
  if (text === undefined || call.header('transfer-encoding') !== undefined) return undefined
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** PostHog may ask which site calls; which of its pages, a browser would not tell a foreign host either. */
function originOf(referer: string | undefined): string | undefined {
  if (referer === undefined || !/^https?:/i.test(referer) || !URL.canParse(referer)) return undefined
  return `${new URL(referer).origin}/`
}

/** One value that `fetch` refuses would cost the whole call. */
function isHeaderValue(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
}
