import { createFakeRuntime, startScriptedServer } from 'testkit'
import { expect, it, onTestFinished } from 'vitest'
import { bodyOf, createPoller, keysIn } from './definition-setup.ts'

const path = '/flags/definitions'

async function start(options = {}) {
  const posthog = await startScriptedServer()
  onTestFinished(() => posthog.close())
  // Requests over this runtime's fetch are waited for when the clock moves.
  const { fetch } = createFakeRuntime()
  const requests = () => posthog.requests.filter((request) => request.path.startsWith(path))
  return { ...createPoller({ host: posthog.url, fetch, ...options }), posthog, requests }
}

it('goes from loading over failed and ready to stale and back while PostHog is down, slow, up, down and up', async () => {
  const { poller, posthog, runtime, errors, alerts } = await start({ requestTimeout: 1000 })
  await posthog.stop()
  poller.start()
  const states = [poller.state]
  const note = () => states.push(poller.state)

  await poller.ensureLoaded() // refused connections
  note()
  await posthog.restart()
  posthog.answer(path, 'hang', 'hang-body', 'disconnect', 'disconnect-after-headers')
  for (let read = 0; read < 4; read++) {
    const load = poller.ensureLoaded()
    await posthog.waitFor(() => posthog.requests.length === read + 1)
    if (read < 2) await runtime.advance(1000)
    await load
    note()
  }
  posthog.answer(path, { status: 200, body: bodyOf('a'), headers: { etag: 'W/"1"' } }, { status: 503 })
  posthog.always(path, { status: 304 })
  for (let load = 0; load < 3; load++) {
    await poller.reload()
    note()
  }

  expect(states).toEqual([
    'loading',
    'failed',
    'failed',
    'failed',
    'failed',
    'failed',
    'ready',
    'stale',
    'ready',
  ])
  expect(keysIn(poller)).toEqual(['a'])
  expect(posthog.requests.at(-1)?.headers['if-none-match']).toBe('W/"1"')
  expect([errors, alerts()]).toEqual([[], []])
})

it('sends what PostHog expects over a real connection', async () => {
  const { poller, posthog, requests } = await start()
  posthog.always(path, { status: 200, body: bodyOf('a') })

  poller.start()
  await poller.ensureLoaded()

  expect(requests().map(({ method, path, body }) => [method, path, body])).toEqual([
    ['GET', '/flags/definitions?token=phc_definitions_test&send_cohorts', undefined],
  ])
  expect(requests()[0]?.headers).toMatchObject({
    authorization: 'Bearer phx_definitions_test',
    'content-type': 'application/json',
    'user-agent': 'hedgerow-node/1.2.3',
  })
})

it('a shutdown ends a request that hangs', async () => {
  const { poller, posthog, runtime } = await start()
  posthog.always(path, 'hang')
  poller.start()
  await posthog.waitFor(() => posthog.requests.length === 1)

  await poller.shutdown(1000)

  expect(runtime.timers).toBe(0)
})
