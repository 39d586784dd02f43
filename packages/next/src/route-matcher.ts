/** What Next.js knows of an application's pages and handlers. */
export interface RouteTable {
  /** As Next.js names them, such as `/shop/[id]`, or as they lie in `app`, with groups and slots. */
  readonly pages: readonly string[]
  readonly basePath?: string | undefined
  /** Of the Pages Router, which serves each page below every locale. */
  readonly locales?: readonly string[] | undefined
}

/** Finds the page or handler that a path leads to. @returns its name, such as `/shop/[id]`; undefined where there is none */
export type RouteMatcher = (pathname: string) => string | undefined

/** A folder of pages. */
interface Branch {
  readonly named: Map<string, Branch>
  /** `[id]` */
  param?: Branch
  route?: string
  /** `[...slug]` */
  rest?: string
  /** `[[...slug]]` */
  optionalRest?: string
}

/** A matcher that prefers as Next.js does: names, then parameters, then those that take many segments. */
export function createRouteMatcher({ pages, basePath = '', locales = [] }: RouteTable): RouteMatcher {
  const root: Branch = { named: new Map() }
  for (const page of pages) add(root, page)
  const known = new Set(locales.map((locale) => locale.toLowerCase()))
  return function routeOf(pathname) {
    const segments = segmentsOf(withoutBase(pathname, basePath))
    if (!segments) return undefined
    const isLocalised = known.has(segments[0]?.toLowerCase() ?? '')
    return find(root, segments, isLocalised ? 1 : 0)
  }
}

function add(root: Branch, page: string): void {
  const segments = page.split('/').filter((segment) => segment !== '' && !isGroupOrSlot(segment))
  // An intercepted route is shown within an open page, never opened itself.
  if (segments.some((segment) => /^\(\.{1,3}\)/.test(segment))) return
  const route = `/${segments.join('/')}`
  let branch = root
  for (const segment of segments) {
    if (segment.startsWith('[[...')) return void (branch.optionalRest = route)
    if (segment.startsWith('[...')) return void (branch.rest = route)
    branch = segment.startsWith('[') ? (branch.param ??= newBranch()) : childOf(branch, segment)
  }
  branch.route = route
}

function isGroupOrSlot(segment: string): boolean {
  return segment.startsWith('@') || /^\([^.)][^)]*\)$/.test(segment)
}

function childOf({ named }: Branch, segment: string): Branch {
  const existing = named.get(segment)
  if (existing) return existing
  const branch = newBranch()
  named.set(segment, branch)
  return branch
}

function newBranch(): Branch {
  return { named: new Map() }
}

function find(branch: Branch, segments: readonly string[], at: number): string | undefined {
  const segment = segments[at]
  if (segment === undefined) return branch.route ?? branch.optionalRest
  const next = branch.named.get(segment)
  return (
    (next && find(next, segments, at + 1)) ??
    (branch.param && find(branch.param, segments, at + 1)) ??
    branch.rest ??
    branch.optionalRest
  )
}

function withoutBase(pathname: string, basePath: string): string {
  const isBelow = basePath !== '' && (pathname === basePath || pathname.startsWith(`${basePath}/`))
  return isBelow ? pathname.slice(basePath.length) : pathname
}

/** Decoded; undefined where Next.js answers 400. */
function segmentsOf(pathname: string): string[] | undefined {
  try {
    return pathname
      .split('/')
      .filter((segment) => segment !== '')
      .map((segment) => decodeURIComponent(segment))
  } catch {
    return undefined
  }
}
