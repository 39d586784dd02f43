import type { Hedgerow } from '@hedgerow/core'

interface Registered {
  readonly client: Hedgerow
  readonly settings: string
}

const place = Symbol.for('hedgerow.next.clients')
/** More projects than this in one process are a mistake, and each client holds a queue. */
const mostClients = 10
const closingMs = 2000

/**
 * The client of a project and host, one in a process: Next.js bundles routes, proxy and instrumentation apart, so that each
 * has a copy of every module, and only what stands on `globalThis` is there once.
 *
 * While an application is being developed its modules are loaded anew after each change; a client with other settings then
 * takes the place of the first, which sends what it holds.
 */
export function registeredClient(
  project: string,
  settings: Readonly<Record<string, unknown>>,
  create: () => Hedgerow,
): Hedgerow {
  const clients = registry()
  const existing = clients.get(project)
  const text = settingsText(settings)
  if (existing && (existing.settings === text || process.env.NODE_ENV !== 'development')) {
    return existing.client
  }
  const client = create()
  clients.delete(project)
  clients.set(project, { client, settings: text })
  if (existing) close(existing)
  for (const [oldest, { client: spare }] of clients) {
    if (clients.size <= mostClients) break
    clients.delete(oldest)
    close({ client: spare })
  }
  return client
}

/** The client that has the place now; undefined when it was displaced by others. */
export function currentClient(project: string): Hedgerow | undefined {
  return registry().get(project)?.client
}

function registry(): Map<string, Registered> {
  const holder = globalThis as { [place]?: Map<string, Registered> }
  holder[place] ??= new Map()
  return holder[place]
}

function close({ client }: Pick<Registered, 'client'>): void {
  void client.shutdown(closingMs)
}

/** What bundlers make of an imported name, which is another one in each bundle. */
const importedName = /__TURBOPACK__[\w$]+|\w+__WEBPACK_IMPORTED_MODULE_\w+/g

/** Functions are compared by their source: each copy of a module has its own. */
function settingsText(settings: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(settings, (_name, value: unknown) =>
    typeof value === 'function' ? String(value).replaceAll(importedName, 'imported') : value,
  )
}
