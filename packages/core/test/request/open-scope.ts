import type { RequestFacts, RequestLayer, ResponseFacts } from '../../src/adapter.ts'
import type { HedgerowClient, RequestOptions, RequestScope } from '../../src/index.ts'

/** What a page request of a browser says, unless a test says otherwise. */
export function pageFacts(
  headers: Readonly<Record<string, string>> = {},
  facts: Partial<RequestFacts> = {},
): RequestFacts {
  const all: Readonly<Record<string, string>> = { 'sec-fetch-dest': 'document', ...headers }
  return {
    method: 'GET',
    protocol: 'http',
    host: 'localhost:3000',
    path: '/',
    ip: '203.0.113.9',
    header: (name) => (Object.hasOwn(all, name) ? all[name] : undefined),
    ...facts,
  }
}

/** A scope opened as an adapter opens one, and what it asked of the response. */
export interface OpenedScope {
  readonly scope: RequestScope
  readonly cookies: string[]
  /** The headers go out, as a page of HTML does. */
  sendHeaders(): void
  /** The response ends, as a page of HTML unless a test says otherwise. */
  end(response?: Partial<ResponseFacts>): void
}

/** Opens scopes of one mount of a client. */
export function scopeOpener(client: HedgerowClient, options: RequestOptions = {}) {
  return openerOf(client.requestLayer(options))
}

/** Opens scopes of a layer. */
export function openerOf(layer: RequestLayer) {
  return (request: RequestFacts = pageFacts(), carrier: object = {}): OpenedScope => {
    const cookies: string[] = []
    let headersAt: number | undefined
    let lastCall = () => {}
    const facts = (): ResponseFacts => ({
      status: 200,
      route: '/',
      contentType: headersAt === undefined ? undefined : 'text/html',
      contentDisposition: undefined,
      cacheControl: undefined,
      completed: false,
      headersAt,
    })
    const scope = layer.open(carrier, request, {
      setCookie: (line) => headersAt === undefined && cookies.push(line) > 0,
      beforeHeaders: (callback) => (lastCall = callback),
      facts,
    })
    const sendHeaders = () => {
      lastCall()
      headersAt = layer.now()
    }
    return {
      scope,
      cookies,
      sendHeaders,
      end(response) {
        if (headersAt === undefined) sendHeaders()
        scope.end({ ...facts(), completed: true, ...response })
      },
    }
  }
}

/** The `Cookie` header of a browser with this id, and what else its SDK has stored. */
export function browserCookie(distinctId: string, members: Readonly<Record<string, unknown>> = {}): string {
  return `ph_phc_test_posthog=${encodeURIComponent(JSON.stringify({ distinct_id: distinctId, ...members }))}`
}
