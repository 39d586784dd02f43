import { expect, it } from 'vitest'
import type { RequestOptions } from '../../src/index.ts'
import { pageFacts, scopeOpener } from './open-scope.ts'
import { createFlagClient } from '../flags-api/flag-client-setup.ts'

it.each<[string, unknown]>([
  ['urls must be an object, got a value of type string', 'raw'],
  ['urls.mode must be one of template, scrubbed, raw', { mode: 'none' }],
  ['urls.parameters must be a list of texts, got a value of type string', { parameters: 'page' }],
  ['urls.parameters must be a list of texts, got a value of type number', { parameters: ['page', 1] }],
  ['urls.secrets must be a list of patterns and functions, got a value of type object', { secrets: /a/ }],
  ['urls.secrets[1] must be a pattern or a function, got a value of type string', { secrets: [/a/, 'b'] }],
])('refuses at once: %s', (message, urls) => {
  const { client } = createFlagClient()

  expect(() => client.requestLayer({ urls } as RequestOptions)).toThrowError(
    expect.objectContaining({ name: 'ConfigError', message }),
  )
})

it('masks what a rule of the application fails at, and says so once', async () => {
  const { client, events, runtime } = createFlagClient()
  const secrets = [
    () => {
      throw new Error('token abc')
    },
  ]
  const open = scopeOpener(client, { flags: { preload: 'never' }, urls: { secrets } })

  for (const path of ['/a/b', '/c']) open(pageFacts({}, { path })).scope.capture('seen')

  expect((await events()).map(({ properties }) => properties['$pathname'])).toEqual([
    '/:masked/:masked',
    '/:masked',
  ])
  expect(runtime.lines.filter(({ level }) => level === 'warn').map(({ line }) => line)).toEqual([
    '[hedgerow] secret-rule-failed: a function in urls.secrets threw, so what it was asked about is masked; it must answer true or false at once, for any text',
  ])
})

it('gives the rules of a request to what the client reports inside it, and no others to what it reports outside', async () => {
  const { client, events } = createFlagClient()
  const open = scopeOpener(client, { flags: { preload: 'never' }, urls: { secrets: [/^inv_/] } })
  const report = () => client.captureException(new Error('no such page: /join/inv_7 or /u/jo@a.example'))

  open().scope.run(() => client.withContext({ distinctId: 'user_1' }, report, { fresh: true }))
  report()

  const messages = (await events()).map(({ distinct_id: id, properties }) => [
    id === 'user_1' ? 'inside' : 'outside',
    (properties['$exception_list'] as { value: string }[])[0]?.value,
  ])
  expect(Object.fromEntries(messages)).toEqual({
    inside: 'no such page: /join/:masked or /u/:masked',
    outside: 'no such page: /join/inv_7 or /u/:masked',
  })
})

it('asks for the route of an event in the middle of a request when it is made', async () => {
  const { client, events } = createFlagClient()
  const layer = client.requestLayer({ flags: { preload: 'never' }, urls: { mode: 'template' } })
  let route: string | undefined
  const scope = layer.open({}, pageFacts({}, { path: '/users/jane?utm_source=mail' }), {
    setCookie: () => true,
    beforeHeaders: () => undefined,
    route: () => route,
  })

  scope.capture('arrived')
  route = '/users/:user'
  scope.capture('routed')

  expect(
    (await events()).map(({ properties }) => [properties['$pathname'], properties['$current_url']]),
  ).toEqual([
    ['(unmatched)', 'http://localhost:3000/(unmatched)'],
    ['/users/:user', 'http://localhost:3000/users/:user'],
  ])
})
