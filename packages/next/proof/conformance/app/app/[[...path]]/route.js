import { currentCall } from '../../call.js'
import { hedgerowOf } from '../../hedgerow.js'

function handler(request, context) {
  const { site } = currentCall()
  const hedgerow = hedgerowOf(site)
  const flag = routeFor(site, request)?.flag
  if (!hedgerow) return answer(request)
  const wrapped = flag ? hedgerow.withFlag(flag, answer) : hedgerow.withHedgerow(answer)
  return wrapped(request, context)
}

export const GET = handler
export const POST = handler

async function answer(request) {
  const { site, incoming, outgoing } = currentCall()
  const found = routeFor(site, request)
  if (!found) return new Response('not found', { status: 404 })
  const { groups } = matcherOf(found).exec(request.nextUrl.pathname)
  const call = { params: { ...groups }, request: incoming, response: outgoing }
  try {
    call.scope = await hedgerowOf(site)?.hedgerow()
    const type = request.headers.get('content-type')
    if (type === 'application/json') call.body = await request.json()
    else if (type) await request.arrayBuffer()
    return responseOf(await found.handle(call), request)
  } catch (error) {
    if (!site.errorPage) throw error
    return responseOf(site.errorPage(error, call), request)
  }
}

function routeFor(site, request) {
  return site.routes.find((route) => {
    return (route.method ?? 'GET') === request.method && matcherOf(route).test(request.nextUrl.pathname)
  })
}

function matcherOf({ mounts = [], path }) {
  const template = mounts.join('') + path
  return new RegExp(`^${template.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}/?$`)
}

function responseOf({ redirect, status = 200, headers = {}, body }, request) {
  if (redirect) return Response.redirect(new URL(redirect, request.url), 302)
  const isData = typeof body === 'object' && !(body instanceof Uint8Array)
  const response = new Response(isData ? JSON.stringify(body) : body, { status })
  if (body !== undefined) response.headers.set('content-type', isData ? 'application/json' : 'text/html')
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}
