import { createHmac } from 'node:crypto'
import type { RequestFacts } from '../../src/adapter.ts'
import type { RequestScope } from '../../src/index.ts'
import { type OpenedScope, pageFacts, type scopeOpener } from './open-scope.ts'

/** A secret as an application has it, and one that it has replaced. */
export const secret = 'a-secret-of-thirty-two-characters'
export const oldSecret = 'an-old-secret-of-32-characters-too'

/** Name of our cookie for the token `phc_test`. */
export const ownName = 'hedgerow_phc_test'

/** Name of posthog-js's cookie for it. */
export const sdkName = 'ph_phc_test_posthog'

/** A UUID of version 7. */
export const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** A request of a browser. */
export interface BrowserRequest {
  readonly headers?: Readonly<Record<string, string>>
  readonly facts?: Partial<RequestFacts>
}

/** A browser that keeps cookies as browsers do, on one site. */
export interface Browser {
  /** Values by name and domain. */
  readonly cookies: Map<string, string>
  /** The `Cookie` header that it sends. */
  cookieHeader(): string | undefined
  /** Makes a request, a page unless said otherwise, during which the application does something with the scope. */
  visit(act?: (scope: RequestScope) => void, request?: BrowserRequest): OpenedScope
}

/** A browser of somebody new. */
export function createBrowser(open: ReturnType<typeof scopeOpener>): Browser {
  const cookies = new Map<string, string>()
  const cookieHeader = () => {
    const pairs = [...cookies].map(([place, value]) => `${place.split(';')[0]}=${value}`)
    return pairs.length === 0 ? undefined : pairs.join('; ')
  }
  return {
    cookies,
    cookieHeader,
    visit(act = () => {}, { headers = {}, facts = {} } = {}) {
      const cookie = cookieHeader()
      const opened = open(pageFacts({ ...(cookie && { cookie }), ...headers }, facts))
      act(opened.scope)
      opened.end()
      for (const line of opened.cookies) store(cookies, line)
      return opened
    },
  }
}

/** The headers of a request that a page's script makes. */
export const scriptRequest: BrowserRequest = { headers: { 'sec-fetch-dest': 'empty', accept: '*/*' } }

/** A form that is sent. */
export const formRequest: BrowserRequest = { facts: { method: 'POST' } }

/** What a value of our cookie holds. */
export function contentsOf(value = ''): Record<string, unknown> {
  const [, contents = ''] = value.split('.')
  return JSON.parse(Buffer.from(contents, 'base64url').toString()) as Record<string, unknown>
}

/** A value of our cookie, signed as the server signs it. */
export function signed(
  contents: unknown,
  options: { secret?: string; token?: string; version?: string } = {},
): string {
  const text = Buffer.from(typeof contents === 'string' ? contents : JSON.stringify(contents)).toString(
    'base64url',
  )
  const data = `hedgerow.v1\n${options.token ?? 'phc_test'}\n${text}`
  const signature = createHmac('sha256', options.secret ?? secret)
    .update(data)
    .digest('base64url')
  return `${options.version ?? 'v1'}.${text}.${signature}`
}

function store(cookies: Map<string, string>, line: string): void {
  const pair = line.split(';')[0] ?? ''
  const equals = pair.indexOf('=')
  const domain = /; Domain=([^;]*)/.exec(line)?.[1] ?? ''
  const place = `${pair.slice(0, equals)};${domain}`
  if (line.includes('; Max-Age=0')) cookies.delete(place)
  else cookies.set(place, pair.slice(equals + 1))
}
