import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { createNextApp, type NextApp, type ScriptedServer, startScriptedServer } from '../../src/index.ts'
import { repositoryRoot } from '../repository/repository-root.ts'

// The edge runtime, and the file that is its entry, are deprecated: Next.js says that of itself.
const ofOurs =
  /hedgerow|packages.core|Node\.js API|not supported in the Edge Runtime|Dynamic Code Evaluation/i

let app: NextApp
let built: string
let posthog: ScriptedServer

beforeAll(async () => {
  app = await createNextApp(join(import.meta.dirname, 'next-app'), {
    '@hedgerow/core': join(repositoryRoot, 'packages/core'),
  })
  built = await app.build()
  posthog = await startScriptedServer()
}, 330_000)

afterAll(async () => {
  await posthog?.close()
  await app?.remove()
})

it('an application for the edge builds with Next.js without a word about core', () => {
  expect(built).toMatch(/Compiled successfully/)
  expect(built).toMatch(/\/event/)
  expect(built).toMatch(/Middleware/)
  expect(built.split('\n').filter((line) => ofOurs.test(line))).toEqual([])
})

it('its route and its entry capture, silently, and events reach PostHog', { timeout: 60_000 }, async () => {
  const running = await app.start({ POSTHOG_HOST: posthog.url })
  onTestFinished(async () => void (await running.stop()))

  const answer = await fetch(`${running.url}/event`, { headers: { cookie: visitor('browser_1') } })
  const report: unknown = await answer.json()
  await posthog.waitFor(() => posthog.events().length === 3)
  const printed = await running.stop()

  expect(report).toEqual({ sent: 2, dropped: 0, spooled: 0, pending: 0, timedOut: false })
  const events = posthog.events().map(({ event, distinct_id }) => `${event} of ${distinct_id}`)
  expect(events.toSorted()).toEqual([
    '$exception of user_1',
    'order placed of user_1',
    'request seen of browser_1',
  ])
  expect(printed.split('\n').filter((line) => ofOurs.test(line))).toEqual([])
})

function visitor(distinctId: string): string {
  return `ph_phc_test_posthog=${encodeURIComponent(JSON.stringify({ distinct_id: distinctId }))}`
}
