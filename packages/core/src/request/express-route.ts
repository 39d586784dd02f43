import { mountPrefix, type RouterLayer } from './express-layer.ts'
import { originForm } from './page-url.ts'

/** The part of an Express 4 or 5 request that its route is read from. */
export interface ExpressRequest {
  readonly originalUrl: string
  readonly baseUrl: string
  readonly route?: unknown
  readonly app: unknown
}

interface ExpressApp {
  readonly _router?: { readonly stack?: readonly RouterLayer[] }
  readonly router?: { readonly stack?: readonly RouterLayer[] }
  readonly mountpath?: string | readonly string[]
  readonly parent?: ExpressApp
}

/** Routers within routers beyond this depth are not searched; nobody nests so deep, but a router can contain itself. */
const deepestRouter = 12

/** Chains of layers that lead to a route, outermost first and the route's own last; a router mounted twice gives two. */
const chainsOfRoute = new WeakMap<object, readonly (readonly RouterLayer[])[]>()

/**
 * The mounted template of the route that Express matched last, such as `/shops/:shop/products/:id`; undefined when none
 * did. It is rebuilt from the router stack, because `req.baseUrl` holds concrete ids, and is empty in error handlers.
 */
export function expressRouteTemplate(request: ExpressRequest): string | undefined {
  const { route } = request
  if (!isRoute(route)) return undefined
  const app = request.app as ExpressApp
  const chains = chainsTo(route, stackOf(app))
  if (!app.parent && isDirect(chains) && typeof route.path === 'string') return join('', route.path)
  const [path = ''] = originForm(request.originalUrl).split('?')
  const outer = appPrefix(app)
  const inner = path.slice(lengthOfPrefix(outer, path))
  for (const chain of chains) {
    const mounted = prefixOfChain(chain, inner)
    if (mounted) return join(outer + mounted.template, routePath(route.path, mounted.rest))
  }
  const own = routePath(route.path, path)
  return join(withoutIds(request.baseUrl || pathBefore(own, path)), own)
}

/** Whether a route lies in the application itself, and nowhere else: nothing is mounted in front of it then. */
function isDirect(chains: readonly (readonly RouterLayer[])[]): boolean {
  return chains.length === 1 && chains[0]?.length === 1
}

function chainsTo(route: object, stack: readonly RouterLayer[]): readonly (readonly RouterLayer[])[] {
  const known = chainsOfRoute.get(route)
  if (known) return known
  const found: (readonly RouterLayer[])[] = []
  collectChains(route, stack, [], found)
  if (found.length > 0) chainsOfRoute.set(route, found)
  return found
}

function collectChains(
  route: object,
  stack: readonly RouterLayer[],
  above: readonly RouterLayer[],
  found: (readonly RouterLayer[])[],
): void {
  if (above.length > deepestRouter) return
  for (const layer of stack) {
    if (layer.route === route) found.push([...above, layer])
    else if (layer.handle?.stack) collectChains(route, layer.handle.stack, [...above, layer], found)
  }
}

function prefixOfChain(
  chain: readonly RouterLayer[],
  path: string,
): { template: string; rest: string } | undefined {
  let rest = path
  let template = ''
  for (const layer of chain) {
    const prefix = mountPrefix(layer, rest || '/')
    if (!prefix) return undefined
    if (layer.route) break
    template += prefix.template
    rest = rest.slice(prefix.length)
  }
  return { template, rest }
}

/** Templates under which an application is mounted in its parents. */
function appPrefix(app: ExpressApp): string {
  let prefix = ''
  for (let at: ExpressApp | undefined = app; at?.parent; at = at.parent) {
    const mountpath = Array.isArray(at.mountpath) ? at.mountpath[0] : at.mountpath
    prefix = `${String(mountpath ?? '').replace(/\/$/, '')}${prefix}`
  }
  return prefix
}

/** Length of the concrete path that an application's prefix stands for: as many segments. */
function lengthOfPrefix(template: string, path: string): number {
  if (template === '') return 0
  const segments = template.split('/').length
  return path.split('/').slice(0, segments).join('/').length
}

function stackOf(app: ExpressApp): readonly RouterLayer[] {
  // Express 4 throws from `router`, and Express 5 has no `_router`.
  return (app._router ?? app.router)?.stack ?? []
}

/** A route may have several paths; the one with the request's shape is the one that matched. */
function routePath(path: unknown, rest: string): string {
  if (!Array.isArray(path)) return String(path)
  const paths: readonly unknown[] = path
  const depth = rest.replace(/\/$/, '').split('/').length
  const fits = paths.find((each) => {
    const segments = String(each).split('/')
    const actual = rest.split('/')
    return (
      segments.length === depth &&
      segments.every((segment, at) => /[:*(]/.test(segment) || segment === actual[at])
    )
  })
  return String(fits ?? paths[0])
}

function join(prefix: string, path: string): string {
  if (path === '/' || path === '') return prefix || '/'
  return path.startsWith('/') ? `${prefix}${path}` : `${prefix}/${path}`
}

/** What stands before a route's own part of a path: in a parent's error handler Express says nothing of it any more. */
function pathBefore(own: string, path: string): string {
  const segments = own.replace(/\/$/, '').split('/').length - 1
  return path
    .split('/')
    .slice(0, -segments || undefined)
    .join('/')
}

/** Where no chain explains a mounted part, its segments that look like ids must not become routes of their own. */
function withoutIds(baseUrl: string): string {
  return baseUrl
    .split('/')
    .map((segment) => (/\d/.test(segment) && !/^v\d+$/i.test(segment) ? ':param' : segment))
    .join('/')
}

function isRoute(value: unknown): value is { readonly path: unknown } {
  return typeof value === 'object' && value !== null && 'path' in value
}
