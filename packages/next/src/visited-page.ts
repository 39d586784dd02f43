import { factsFromWebRequest, pendingCookies, type RequestFacts } from '@hedgerow/core/adapter'
import { routeOf } from './application-routes.ts'
import type { MountedClient } from './mounted-client.ts'
import { withSetCookie } from './with-set-cookie.ts'

/** A page that a visitor went to without loading it anew, as the browser tells it. */
interface VisitedPage {
  readonly path: string
  /** Path of the page before it. */
  readonly from: string
}

/** A page has an address of a few hundred characters. */
const mostCharacters = 16_384

/** Makes what counts the pages that `HedgerowPageviews` reports, by the rules for pages that are loaded. */
export function visitCounter(mounted: MountedClient): (request: Request) => Promise<Response> {
  return async function countVisit(request) {
    // Whose pages these are, another site has nothing to say about.
    if ((request.headers.get('sec-fetch-site') ?? 'same-origin') !== 'same-origin') return answer(403)
    const page = pageIn(await shortText(request))
    if (!page) return answer(400)
    const cookies = pendingCookies()
    const scope = mounted.open(request, (ip) => visitFacts(factsFromWebRequest(request, ip), page), cookies)
    const response = withSetCookie(answer(204), cookies.commit(undefined))
    scope.end({
      status: undefined,
      route: routeOf(new URL(page.path, request.url).pathname),
      contentType: undefined,
      contentDisposition: undefined,
      completed: true,
      headersAt: undefined,
    })
    return response
  }
}

/** Facts of the page itself: what would have been asked for, had the browser loaded it. */
function visitFacts(facts: RequestFacts, { path, from }: VisitedPage): RequestFacts {
  const headers: Readonly<Record<string, string>> = {
    'sec-fetch-dest': 'document',
    referer: `${facts.protocol}://${facts.host ?? ''}${from}`,
  }
  return { ...facts, method: 'GET', path, header: (name) => headers[name] ?? facts.header(name) }
}

function pageIn(text: string | undefined): VisitedPage | undefined {
  try {
    const { path, from }: Partial<Record<string, unknown>> = Object(JSON.parse(text ?? ''))
    return isPath(path) && isPath(from) ? { path, from } : undefined
  } catch {
    return undefined
  }
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('/')
}

/** The body of a request, unless it is too long for an address. */
async function shortText({ body }: Request): Promise<string | undefined> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of body ?? []) {
    text += decoder.decode(bytes, { stream: true })
    if (text.length > mostCharacters) return undefined
  }
  return text
}

function answer(status: 204 | 400 | 403): Response {
  return new Response(null, { status, headers: { 'cache-control': 'no-store' } })
}
