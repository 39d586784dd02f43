import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  createNextApp,
  documentHeaders,
  type HttpAnswer,
  type HttpRequest,
  type NextApp,
  type RunningNextApp,
  type ScriptedServer,
  send,
  startScriptedServer,
  visitorCookie,
  type WireEvent,
} from 'testkit'
import { afterAll, beforeAll } from 'vitest'

const packages = join(import.meta.dirname, '../../..')

/** The two builds of one application. */
export type Twin = 'with' | 'without'

/** An application that was built with Hedgerow and without, and serves both; there while tests run. */
export interface TwinSites {
  /** What each build printed. */
  readonly built: Readonly<Record<Twin, string>>
  /** What the two print and answer goes to nobody else. */
  readonly running: Readonly<Record<Twin, RunningNextApp>>
  readonly posthog: ScriptedServer
  /** Starts the build with Hedgerow once more, with this environment alone. */
  start(env: Readonly<Record<string, string>>): Promise<RunningNextApp>
  ask(twin: Twin, path: string, options?: HttpRequest): Promise<HttpAnswer>
  /** Asks the application with Hedgerow, as a browser does that opens a page. */
  visit(path: string, headers?: HttpRequest['headers']): Promise<HttpAnswer>
  /** The events of one visitor, once there are so many. */
  eventsOf(id: unknown, count: number): Promise<WireEvent[]>
  /** The paths of all that this visitor was counted for so far; found out by one more page that is counted. */
  pagesOf(id: string): Promise<unknown[]>
}

/** Ids of actions are derived from it, and each build would make up its own. */
const encryptionKey = Buffer.alloc(32, 7).toString('base64')

/**
 * Builds and starts the application in a folder before the tests of this file, and ends it after them.
 *
 * @param twins what is built. @default both
 */
export function useTwins(folder: string, twins: readonly Twin[] = ['with', 'without']): TwinSites {
  let app: NextApp
  let posthog: ScriptedServer
  const built = { with: '', without: '' }
  const running: Partial<Record<Twin, RunningNextApp>> = {}

  beforeAll(async () => {
    app = await createNextApp(folder, {
      '@hedgerow/core': join(packages, 'core'),
      '@hedgerow/next': join(packages, 'next'),
    })
    posthog = await startScriptedServer()
    for (const twin of twins) {
      await writeFile(join(app.directory, 'hedgerow.js'), `export * from './${twin}.js'\n`)
      built[twin] = await app.build({ TWIN: twin, NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: encryptionKey })
      running[twin] = await start(twin, { POSTHOG_KEY: 'phc_test', POSTHOG_HOST: posthog.url })
    }
  }, 600_000)

  afterAll(async () => {
    await Promise.all(Object.values(running).map((one) => one.stop()))
    await posthog?.close()
    await app?.remove()
  })

  const start = (twin: Twin, env: Readonly<Record<string, string>>) =>
    app.start({ TWIN: twin, NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: encryptionKey, ...env }, 'localhost')
  const ask = (twin: Twin, path: string, options: HttpRequest = {}) =>
    send(`${running[twin]?.url}${path}`, options)
  const visit = (path: string, headers: HttpRequest['headers'] = {}) =>
    ask('with', path, { headers: { ...documentHeaders, ...headers } })
  return {
    built,
    running: running as Record<Twin, RunningNextApp>,
    get posthog() {
      return posthog
    },
    start: (env) => start('with', env),
    ask,
    visit,
    async eventsOf(id, count) {
      const theirs = () => posthog.events().filter(({ distinct_id }) => distinct_id === id)
      await posthog.waitFor(() => theirs().length >= count)
      return theirs()
    },
    async pagesOf(id) {
      const pages = () =>
        posthog.events().filter((one) => one.distinct_id === id && one.event === '$pageview')
      const isLast = ({ properties }: WireEvent) => properties['utm_source'] === 'last'
      await visit('/plain?utm_source=last', visitorCookie(id))
      await posthog.waitFor(() => pages().some(isLast))
      return pages()
        .filter((page) => !isLast(page))
        .map(({ properties }) => properties['$pathname'])
    },
  }
}

/** The routes of a build as it lists them, each with how it is made. */
export function routesIn(printed: string): string[] {
  return [...printed.matchAll(/^(?:[┌├└]|│ └) (.) (\/\S*)/gm)].map(([, kind, path]) => `${kind} ${path}`)
}
