import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'

/** Where the build puts the page; the same folder seen from `src` and from `dist`. */
const PAGE_FOLDER = fileURLToPath(new URL('../dist/page', import.meta.url))

/** The page that shows events as they arrive. */
export function pageRoutes(): Hono {
  const routes = new Hono()
  if (existsSync(PAGE_FOLDER)) routes.get('*', serveStatic({ root: PAGE_FOLDER }))
  else
    routes.get('/', (c) => c.text('The page is not built yet: run the build of @hedgerow/dev once.\n', 503))
  return routes
}
