import { HedgerowClient } from '@hedgerow/core'
import { recordedBrowserCalls, type RecordedCall } from 'testkit'
import { expect, it } from 'vitest'
import { namesOf, runningServer } from './running-server.ts'

const calls = await recordedBrowserCalls()

it('shows the events of posthog-js that come through the ingest proxy, as the browser sent them', async () => {
  const server = await runningServer()
  const proxy = new HedgerowClient('phc_test', { host: server.url }).ingestProxy()
  const events = calls.filter(({ target }) => target === '/e/' || target === '/i/v0/e/')

  const answers = await Promise.all(events.map((call) => proxy.fetch(requestOf(call))))

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(namesOf(server).toSorted()).toEqual(['$pageview', 'left', 'order placed'])
})

it('answers the flags of posthog-js through the ingest proxy, on another origin too', async () => {
  const server = await runningServer({ flags: { flags: { hero: 'b' } } })
  const proxy = new HedgerowClient('phc_test', { host: server.url }).ingestProxy()
  const call = calls.find(({ target }) => target.startsWith('/flags/'))

  const answer = await proxy.fetch(requestOf(call))

  expect(answer.status).toBe(200)
  expect(answer.headers.get('access-control-allow-origin')).toBe('http://shop.example')
  expect(await answer.json()).toMatchObject({ flags: { hero: { variant: 'b' } } })
})

function requestOf(call: RecordedCall | undefined): Request {
  if (!call) throw new Error('the recording has no such call')
  const { method, target, body } = call
  const headers = call.headers.map(([name, value]): [string, string] => [name, value])
  return new Request(`http://shop.example/ingest${target}`, { method, headers, body: new Uint8Array(body) })
}
