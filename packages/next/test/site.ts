import {
  documentHeaders,
  type HttpAnswer,
  type HttpRequest,
  type NextApp,
  type RunningNextApp,
  type ScriptedServer,
  send,
  startScriptedServer,
  type WireEvent,
} from 'testkit'
import { afterAll, beforeAll } from 'vitest'
import { type NextMajor, testApp } from './test-app.ts'

/** The test application, built once and serving; its members are there while tests run. */
export interface Site {
  readonly major: NextMajor
  readonly app: NextApp
  /** What the build printed. */
  readonly built: string
  readonly posthog: ScriptedServer
  readonly origin: string
  ask(path: string, options?: HttpRequest): Promise<HttpAnswer>
  /** Asks as a browser does that opens a page. */
  visit(path: string, headers?: HttpRequest['headers']): Promise<HttpAnswer>
  /** The events of one visitor, once there are so many. */
  eventsOf(id: unknown, count: number): Promise<WireEvent[]>
}

/** Builds and starts the application before the tests of this file, and ends it after them. */
export function useSite(major: NextMajor): Site {
  let app: NextApp
  let built: string
  let posthog: ScriptedServer
  let running: RunningNextApp

  beforeAll(async () => {
    app = await testApp(major)
    built = await app.build()
    posthog = await startScriptedServer()
    posthog.flags = { hero: true }
    running = await app.start({ POSTHOG_KEY: 'phc_test', POSTHOG_HOST: posthog.url }, 'localhost')
  }, 330_000)

  afterAll(async () => {
    await running?.stop()
    await posthog?.close()
    await app?.remove()
  })

  const ask = (path: string, options: HttpRequest = {}) => send(running.url + path, options)
  return {
    major,
    get app() {
      return app
    },
    get built() {
      return built
    },
    get posthog() {
      return posthog
    },
    get origin() {
      return running.url
    },
    ask,
    visit: (path, headers = {}) => ask(path, { headers: { ...documentHeaders, ...headers } }),
    async eventsOf(id, count) {
      const theirs = () => posthog.events().filter(({ distinct_id }) => distinct_id === id)
      await posthog.waitFor(() => theirs().length >= count)
      return theirs()
    },
  }
}

/** The paths of the pageviews among these events. */
export function pageviewsOf(events: readonly WireEvent[]): unknown[] {
  return events.filter(({ event }) => event === '$pageview').map(({ properties }) => properties['$pathname'])
}
