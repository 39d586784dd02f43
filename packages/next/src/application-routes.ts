import { type FolderReader, pageFiles } from './page-files.ts'
import { createRouteMatcher, type RouteMatcher, type RouteTable } from './route-matcher.ts'

interface Files extends FolderReader {
  readFileSync(path: string, encoding: 'utf8'): string
}

/** The part of `routes-manifest.json` that is read. */
interface Manifest {
  readonly basePath?: unknown
  readonly i18n?: { readonly locales?: unknown } | null
  readonly staticRoutes?: unknown
  readonly dynamicRoutes?: unknown
}

interface ApplicationRoutes {
  readonly routeOf: RouteMatcher
  readonly basePath: string
}

const place = Symbol.for('hedgerow.next.routes')
const holder = globalThis as { [place]?: ApplicationRoutes }

/**
 * Reads the routes of the application that runs here, for all bundles of the process: those of its build, or in
 * development, which lists none, the files that there are.
 *
 * @param distDir where the build is, from the working directory.
 * @returns whether there are any.
 */
export function loadRoutes(distDir: string): boolean {
  const { process: node } = globalThis as { process?: Pick<NodeJS.Process, 'getBuiltinModule'> }
  const fs = node?.getBuiltinModule?.('node:fs')
  const routes = fs && (isDevelopment() ? inDevelopment(fs, distDir) : ofBuild(fs, distDir))
  if (routes) holder[place] = routes
  return routes !== undefined
}

/** The route that a path leads to, where the routes are known. */
export function routeOf(pathname: string): string | undefined {
  return holder[place]?.routeOf(pathname)
}

/** What the paths of the application begin with, where that is known. */
export function basePath(): string {
  return holder[place]?.basePath ?? ''
}

function isDevelopment(): boolean {
  return process.env.NODE_ENV === 'development'
}

function ofBuild(fs: Files, distDir: string): ApplicationRoutes | undefined {
  const manifest = manifestIn(fs, distDir)
  if (!manifest) return undefined
  const pages = [manifest.staticRoutes, manifest.dynamicRoutes].flat().map(pageOf)
  const settings = settingsOf(manifest)
  const routeOf = createRouteMatcher({ ...settings, pages: pages.filter((page) => page !== '') })
  return { ...settings, routeOf }
}

function inDevelopment(fs: Files, distDir: string): ApplicationRoutes {
  const settings = settingsOf(manifestIn(fs, `${distDir}/dev`) ?? manifestIn(fs, distDir) ?? {})
  // Pages come and go while an application is written.
  const routeOf: RouteMatcher = (pathname) =>
    createRouteMatcher({ ...settings, pages: pageFiles(fs) })(pathname)
  return { ...settings, routeOf }
}

function manifestIn(fs: Files, folder: string): Manifest | undefined {
  try {
    const manifest: unknown = JSON.parse(fs.readFileSync(`${folder}/routes-manifest.json`, 'utf8'))
    return typeof manifest === 'object' && manifest !== null ? manifest : undefined
  } catch {
    return undefined
  }
}

function settingsOf({
  basePath,
  i18n,
}: Manifest): Required<Omit<RouteTable, 'pages'>> & { basePath: string } {
  const locales: readonly unknown[] = Array.isArray(i18n?.locales) ? i18n.locales : []
  return {
    basePath: typeof basePath === 'string' ? basePath : '',
    locales: locales.filter((locale) => typeof locale === 'string'),
  }
}

function pageOf(route: unknown): string {
  const isRoute = typeof route === 'object' && route !== null && 'page' in route
  return isRoute && typeof route.page === 'string' ? route.page : ''
}
