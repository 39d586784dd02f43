import { describe, expect, it } from 'vitest'
import { ConfigError, HedgerowClient } from '../../src/index.ts'
import {
  contentsOf,
  formRequest,
  oldSecret,
  ownName,
  scriptRequest,
  secret,
  signed,
  uuidV7,
} from './browser.ts'
import { pageFacts } from './open-scope.ts'
import { startClient, startTime } from './start-client.ts'

const minute = 60_000
const day = 24 * 60 * minute
const known = '01901b2c-1111-7000-8000-000000000001'
const session = '01901b2c-0000-7000-8000-000000000001'
const contents = {
  id: known,
  state: 'anonymous',
  sid: session,
  act: startTime,
  start: startTime,
  iat: startTime,
}
const ownLines = (lines: readonly string[]) => lines.filter((line) => line.startsWith(`${ownName}=`))

describe('our own cookie', () => {
  it('is given to a new visitor of a page, with id, state, session and times', async () => {
    const { browser } = await startClient({ secret })

    const { scope, cookies } = browser().visit()

    const [line = '', ...others] = ownLines(cookies)
    expect(others).toEqual([])
    expect(line.slice(line.indexOf(';'))).toBe('; Path=/; Max-Age=34560000; SameSite=Lax; HttpOnly')
    const value = line.slice(line.indexOf('=') + 1, line.indexOf(';'))
    expect(value).toMatch(/^v1\.[\w-]+\.[\w-]{43}$/)
    expect(contentsOf(value)).toEqual({
      id: scope.distinctId,
      state: 'anonymous',
      sid: scope.sessionId,
      act: startTime,
      start: startTime,
      iat: startTime,
    })
    expect(scope.distinctId).toMatch(uuidV7)
    expect(value).toBe(signed(contentsOf(value)))
  })

  it('brings its visitor back, as a source of its own', async () => {
    const { browser } = await startClient({ secret })
    const visitor = browser()

    const first = visitor.visit()
    const second = visitor.visit()
    const third = visitor.visit(() => {}, scriptRequest)

    for (const { scope } of [second, third]) {
      expect(scope.distinctId).toBe(first.scope.distinctId)
      expect(scope.identitySource).toBe('signed-cookie')
      expect(scope.isIdentified).toBe(false)
      expect(scope.sessionId).toBe(first.scope.sessionId)
    }
  })

  it.each([
    ['www.example.com', undefined, ''],
    ['localhost:3000', undefined, ''],
    ['www.example.com:8080', 'example.com', '; Domain=example.com'],
    ['example.com', 'example.com', '; Domain=example.com'],
    ['evil-example.com', 'example.com', ''],
    ['a;b', undefined, ''],
    [undefined, 'example.com', ''],
  ])(
    'on the host %s with cookieDomain %s lies where it reaches that domain, else on the host',
    async (host, cookieDomain, domain) => {
      const { browser } = await startClient({ secret, cookieDomain })

      const { cookies } = browser().visit(() => {}, { facts: { host } })

      const [line = ''] = ownLines(cookies)
      expect(line.slice(line.indexOf(';'))).toBe(
        `; Path=/; Max-Age=34560000${domain}; SameSite=Lax; HttpOnly`,
      )
    },
  )

  it('is Secure where the visitor came by https', async () => {
    const { browser } = await startClient({ secret })

    const { cookies } = browser().visit(() => {}, { facts: { protocol: 'https' } })

    expect(ownLines(cookies)[0]).toMatch(/; SameSite=Lax; Secure; HttpOnly$/)
  })

  it.each([
    ['a script’s request', scriptRequest],
    ['a form', formRequest],
    ['a prefetch', { headers: { 'sec-purpose': 'prefetch' } }],
    ['a bot', { headers: { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1)' } }],
    [
      'a visitor of posthog-js, whose id nobody has vouched for',
      { headers: { cookie: `ph_phc_test_posthog={"distinct_id":"${known}"}` } },
    ],
    ['a visitor with the header of posthog-js', { headers: { 'x-posthog-distinct-id': known } }],
  ])('is not given to %s', async (_case, request) => {
    const { browser } = await startClient({ secret })

    const { scope, cookies } = browser().visit((scope) => scope.capture('used'), request)

    expect(cookies).toEqual([])
    expect(scope.identitySource).not.toBe('signed-cookie')
  })

  it('is not there without a secret, nor from a disabled client', async () => {
    const [plain, disabled] = [await startClient(), await startClient({ secret }, { disabled: true })]

    expect(ownLines(plain.browser().visit().cookies)).toEqual([])
    expect(disabled.browser().visit().cookies).toEqual([])
  })

  it('is written again at most once a minute, also by a script’s request', async () => {
    const { browser, pass } = await startClient({ secret })
    const visitor = browser()
    const act = (scope: { distinctId: string }) => void scope.distinctId
    visitor.visit()

    const written: number[] = []
    for (let second = 0; second < 180; second += 20) {
      pass(20_000)
      written.push(ownLines(visitor.visit(act, second % 40 === 0 ? scriptRequest : {}).cookies).length)
    }

    expect(written).toEqual([0, 0, 1, 0, 0, 1, 0, 0, 1])
  })

  it.each([
    ['a prefetch', { 'sec-purpose': 'prefetch' }],
    ['a bot', { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1)' }],
  ])('is read, but not written again, by %s', async (_case, headers) => {
    const { browser, pass } = await startClient({ secret })
    const visitor = browser()
    const { scope } = visitor.visit()
    pass(10 * minute)

    const later = visitor.visit((scope) => scope.capture('used'), { headers })

    expect(later.scope.distinctId).toBe(scope.distinctId)
    expect(later.scope.sessionId).toBe(scope.sessionId)
    expect(later.cookies).toEqual([])
  })

  it('costs one HMAC where somebody asks for the visitor, and none where nobody does', async () => {
    const { browser, signatures } = await startClient({ secret })
    const visitor = browser()
    visitor.visit()
    expect(signatures()).toBe(1)

    for (let request = 0; request < 5; request++) visitor.visit(() => {}, scriptRequest)
    expect(signatures()).toBe(1)

    visitor.visit((scope) => {
      scope.capture('one')
      scope.capture('two')
      void scope.flags
    }, scriptRequest)
    expect(signatures()).toBe(2)

    visitor.visit((scope) => scope.capture('on a page'))
    expect(signatures()).toBe(3)
  })

  it('of several domains is the one written last', async () => {
    const { open } = await startClient({ secret })
    const values = [1, 3, 2].map((age) =>
      signed({ ...contents, id: `${known.slice(0, -1)}${age}`, iat: startTime - age * day }),
    )

    const { scope } = open(pageFacts({ cookie: values.map((value) => `${ownName}=${value}`).join('; ') }))

    expect(scope.distinctId).toBe(known)
  })

  it('that an older secret signed is believed, and signed anew', async () => {
    const old = await startClient({ secret: oldSecret })
    const visitor = old.browser()
    const { scope } = visitor.visit()
    const rotated = await startClient({ secret: [secret, oldSecret] })
    rotated.pass(minute)

    const cookie = visitor.cookieHeader() ?? ''
    const { scope: again, cookies, end } = rotated.open(pageFacts({ cookie }))
    end()

    expect(again.distinctId).toBe(scope.distinctId)
    const value = ownLines(cookies)[0]
      ?.slice(ownName.length + 1)
      .split(';')[0]
    expect(value).toBe(signed(contentsOf(value)))
  })

  const honest = signed(contents)
  it.each([
    ['has no signature', honest.slice(0, honest.lastIndexOf('.'))],
    ['has an empty signature', honest.slice(0, honest.lastIndexOf('.') + 1)],
    ['is signed by nobody', `${honest.slice(0, -43)}${'A'.repeat(43)}`],
    ['is signed with another secret', signed(contents, { secret: 'another-secret-of-thirty-two-chars' })],
    ['is signed with a secret that is no longer used', signed(contents, { secret: oldSecret })],
    ['is signed for another project', signed(contents, { token: 'phc_other' })],
    ['is signed with the project token', signed(contents, { secret: 'phc_test' })],
    [
      'has the signature of other contents',
      `v1.${signed({ ...contents, id: 'user_2' }).split('.')[1]}.${honest.split('.')[2]}`,
    ],
    ['is cut off at its end', honest.slice(0, -1)],
    ['is cut off at its beginning', honest.slice(1)],
    ['is longer by a character', `${honest}A`],
    [
      'has another spelling of the same signature',
      honest.replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) + 1)),
    ],
    ['is of another version', signed(contents, { version: 'v2' })],
    ['is older than 400 days', signed({ ...contents, iat: startTime - 401 * day })],
    ['has no time', signed({ ...contents, iat: undefined })],
    ['has an id that stands for nobody', signed({ ...contents, id: 'guest' })],
    ['has an id of 201 characters', signed({ ...contents, id: 'x'.repeat(201) })],
    ['has an id with a line break', signed({ ...contents, id: 'a\nb' })],
    ['has a number for an id', signed({ ...contents, id: 7 })],
    ['has a state of its own', signed({ ...contents, state: 'admin' })],
    ['has a session that is no UUID', signed({ ...contents, sid: 'session' })],
    ['is null', signed('null')],
    ['is no JSON', signed('{"id":')],
    ['is no UTF-8', signed('\\xff').replace('v1.', 'v1._')],
    ['is empty', ''],
    ['has 10 kB', `v1.${'A'.repeat(10_000)}.${'A'.repeat(43)}`],
    ['has its id on the prototype', signed('{"__proto__":{"id":"user_1","state":"identified"}}')],
  ])('that %s names nobody, and is replaced by one that does', async (_case, value) => {
    const { open, warnings } = await startClient({ secret })

    const { scope, cookies, end } = open(pageFacts({ cookie: `${ownName}=${value}` }))
    end()

    expect(scope.identitySource).toBe('minted')
    expect(scope.distinctId).toMatch(uuidV7)
    expect(scope.isIdentified).toBe(false)
    const replaced = ownLines(cookies)[0]
      ?.slice(ownName.length + 1)
      .split(';')[0]
    expect(contentsOf(replaced)['id']).toBe(scope.distinctId)
    expect(warnings()).toEqual([])
  })

  it('comes too late after the headers, and one WARN says so', async () => {
    const { open, warnings } = await startClient({ secret })
    const late = () => {
      const opened = open(pageFacts({ 'sec-fetch-dest': 'empty' }, { method: 'POST' }))
      opened.sendHeaders()
      void opened.scope.identify('user_1')
      return opened
    }

    const opened = [late(), late()]

    expect(opened.flatMap(({ cookies }) => cookies)).toEqual([])
    expect(opened.map(({ scope }) => scope.distinctId)).toEqual(['user_1', 'user_1'])
    expect(warnings()).toHaveLength(1)
    expect(warnings()[0]).toContain('after the response headers had gone out')
  })
})

describe('a secret', () => {
  it.each<[string, unknown, string]>([
    [
      'that is too short',
      'a-weak-one',
      'identity.secret must be a random text of at least 32 characters, got 10',
    ],
    ['that is empty', '', 'at least 32 characters, got 0'],
    ['among others that is too short', [secret, 'a-weak-one'], 'identity.secret[1] must be'],
    [
      'that is a number',
      42,
      'identity.secret must be a random text of at least 32 characters, got a value of type number',
    ],
    ['that is null', null, 'got null'],
    ['of which there are none', [], 'at least one secret'],
    ['among others that is missing', [secret, undefined], 'identity.secret[1] must be'],
  ])('%s fails at boot, without being printed', async (_case, given, message) => {
    const { client } = await startClient()

    const mount = () => client.requestLayer({ identity: { secret: given as string } })

    expect(mount).toThrow(ConfigError)
    expect(mount).toThrow(message)
    expect(mount).not.toThrow(/a-weak-one|a-secret|42/)
  })

  it('that is the public project token fails at boot', async () => {
    const token = 'phc_0123456789abcdefghijklmnopqrstuvwxyz'
    const client = new HedgerowClient(token, { disabled: true })

    expect(() => client.requestLayer({ identity: { secret: token } })).toThrow(
      'must not be the project token',
    )
  })
})
