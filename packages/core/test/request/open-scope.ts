import type { RequestFacts } from '../../src/adapter.ts'
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
  /** The response ends. */
  end(): void
}

/** Opens scopes of one mount of a client. */
export function scopeOpener(client: HedgerowClient, options: RequestOptions = {}) {
  const layer = client.requestLayer(options)
  return (facts: RequestFacts = pageFacts(), carrier: object = {}): OpenedScope => {
    const cookies: string[] = []
    let headersAt: number | undefined
    let lastCall = () => {}
    const scope = layer.open(carrier, facts, {
      setCookie: (line) => headersAt === undefined && cookies.push(line) > 0,
      beforeHeaders: (callback) => (lastCall = callback),
    })
    const sendHeaders = () => {
      lastCall()
      headersAt = layer.now()
    }
    const contentType = 'text/html'
    return {
      scope,
      cookies,
      sendHeaders,
      end() {
        if (headersAt === undefined) sendHeaders()
        scope.end({
          status: 200,
          route: '/',
          contentType,
          contentDisposition: undefined,
          completed: true,
          headersAt,
        })
      },
    }
  }
}

/** The `Cookie` header of a browser with this id. */
export function browserCookie(distinctId: string): string {
  return `ph_phc_test_posthog=${encodeURIComponent(JSON.stringify({ distinct_id: distinctId }))}`
}
