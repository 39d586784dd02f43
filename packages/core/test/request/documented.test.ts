import { describe, expect, it } from 'vitest'
import type { PersonProfiles, RequestScope } from '../../src/index.ts'
import { codes, readTables } from '../document-tables.ts'
import {
  type BrowserRequest,
  contentsOf,
  formRequest,
  ownName,
  scriptRequest,
  sdkName,
  secret,
  signed,
  uuidV7,
} from './browser.ts'
import { startClient, startTime } from './start-client.ts'

const { table } = await readTables('identity.md')

const minute = 60_000
const anonymous = '01901b2c-1111-7000-8000-000000000001'
const ourSession = '01901b2c-0000-7000-8000-000000000001'
const sdkSession = '01901b2c-0000-7000-8000-000000000002'
const headerSession = '01901b2c-0000-7000-8000-000000000003'
const code = (cell = '') => codes(cell)[0]

function own(id: string, { state = 'anonymous', idleMs = 0, key = secret } = {}): string {
  const at = startTime - idleMs
  return `${ownName}=${signed({ id, state, sid: ourSession, act: at, start: at, iat: at }, { secret: key })}`
}

function sdk(members: Readonly<Record<string, unknown>>): string {
  return `${sdkName}=${encodeURIComponent(JSON.stringify(members))}`
}

/** A word of a table as what it stands for; one that nobody has explained fails. */
function meaning<T>(words: Readonly<Record<string, T>>, word = ''): T {
  const found = Object.hasOwn(words, word) ? words[word] : undefined
  if (found === undefined) throw new Error(`nothing says what ${word} means`)
  return found
}

const forged = own('user_1', { state: 'identified', key: 'a-secret-that-nobody-has-agreed-on' })

/** What a browser may have, as headers. */
const possessions: Readonly<Record<string, Record<string, string>>> = {
  nothing: {},
  'a forged cookie of ours': { cookie: forged },
  'our cookie': { cookie: own(anonymous) },
  'our cookie, a minute old': { cookie: own(anonymous, { idleMs: minute }) },
  'our cookie of another user': { cookie: own('user_2', { state: 'identified' }) },
  'our cookie of a visitor': { cookie: own(anonymous) },
  'our cookie of a visitor, and another cookie of posthog-js': {
    cookie: `${own(anonymous)}; ${sdk({ distinct_id: ourSession, $user_state: 'anonymous' })}`,
  },
  'both cookies': { cookie: `${own(anonymous)}; ${sdk({ distinct_id: anonymous })}` },
  "posthog-js's cookie": { cookie: sdk({ distinct_id: anonymous, $user_state: 'anonymous' }) },
  "posthog-js's anonymous cookie with a UUID": {
    cookie: sdk({ distinct_id: anonymous, $user_state: 'anonymous' }),
  },
  "posthog-js's anonymous cookie with another id": {
    cookie: sdk({ distinct_id: 'jo', $user_state: 'anonymous' }),
  },
  "posthog-js's identified cookie": { cookie: sdk({ distinct_id: anonymous, $user_state: 'identified' }) },
  'an unreadable cookie of posthog-js': { cookie: `${sdkName}=%7B` },
  'its header': { 'x-posthog-distinct-id': anonymous },
}

type Act = (scope: RequestScope) => void
const ask: Act = (scope) => void scope.distinctId
const login: Act = (scope) => void scope.identify('user_1')
const bot = { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1)' }

/** What a request is, and what the application does in it. */
const requests: Readonly<Record<string, { request: BrowserRequest; act: Act; user?: string }>> = {
  page: { request: {}, act: () => {} },
  'page of a user whom the resolver knows': { request: {}, act: () => {}, user: 'user_1' },
  script: { request: scriptRequest, act: ask },
  'script that asks for no visitor': { request: scriptRequest, act: () => {} },
  form: { request: formRequest, act: ask },
  prefetch: { request: { headers: { 'sec-purpose': 'prefetch' } }, act: ask },
  bot: { request: { headers: bot }, act: ask },
  login: { request: formRequest, act: login },
  logout: { request: formRequest, act: (scope) => scope.logout() },
}

/** Who a browser is told to be, by the lines that set a cookie. */
function told(
  lines: readonly string[],
  name: string,
  read: (value: string) => Record<string, unknown>,
): string {
  const values = lines
    .filter((line) => line.startsWith(`${name}=`))
    .map((line) => line.slice(name.length + 1).split(';')[0] ?? '')
  if (values.length === 0) return '—'
  const value = values.at(-1)
  if (!value) return 'removed'
  const { id, distinct_id: distinctId = id } = read(value)
  if (distinctId === 'user_1') return 'the user'
  return distinctId === anonymous ? 'the same visitor' : 'a new visitor'
}

describe('docs/identity.md', () => {
  it.each(table('resolver'))('is right about the ladder: %s, %s, %s, %s', async (...row) => {
    const [resolver, ours = '', theirs, header, id = '', source, isIdentified] = row
    const answer = code(resolver)
    const { browser } = await startClient({ secret, resolve: () => (answer === '42' ? 42 : answer) })
    const ourId = code(ours) ?? ''
    const ourCookie = meaning(
      {
        '—': '',
        anonymous: own(ourId),
        user: own(ourId, { state: 'identified' }),
        forged: own(ourId, { key: 'a-secret-that-nobody-has-agreed-on' }),
      },
      ours.split(' ')[0],
    )
    const cookie = [ourCookie, code(theirs) && sdk({ distinct_id: code(theirs) })].filter(Boolean).join('; ')
    const headers = { cookie, ...(code(header) && { 'x-posthog-distinct-id': code(header) ?? '' }) }

    const { scope } = browser().visit(() => {}, { headers })

    expect(scope.distinctId).toMatch(code(id) ? new RegExp(`^${code(id)}$`) : uuidV7)
    expect([scope.identitySource, scope.isIdentified ? 'yes' : 'no']).toEqual([code(source), isIdentified])
  })

  const cookieRows = table('secret').filter((row) => row.length === 5)
  it.each(cookieRows)('is right about cookies: secret %s, %s, browser with %s', async (...row) => {
    const [hasSecret, what, has, ours, theirs] = row
    const { request, act, user } = meaning(requests, what)
    const { browser } = await startClient({
      secret: hasSecret === 'yes' ? secret : undefined,
      resolve: () => user,
    })
    const headers = { ...meaning(possessions, has), ...request.headers }

    const { cookies } = browser().visit(act, { ...request, headers })

    const readSdk = (value: string) => JSON.parse(decodeURIComponent(value)) as Record<string, unknown>
    expect([told(cookies, ownName, contentsOf), told(cookies, sdkName, readSdk)]).toEqual([ours, theirs])
  })

  it.each(table('its header'))('is right about sessions: %s, %s, %s, %s', async (...row) => {
    const [header, theirs = '', ours = '', what, session] = row
    const { browser } = await startClient({ secret })
    const idleMs = (cell: string) => (cell === '—' ? undefined : Number.parseInt(cell, 10) * minute)
    const [sdkIdle, ourIdle] = [idleMs(theirs), idleMs(ours)]
    const at = startTime - (sdkIdle ?? 0)
    const cookies = [
      sdkIdle === undefined ? '' : sdk({ distinct_id: anonymous, $sesid: [at, sdkSession, at] }),
      ourIdle === undefined ? '' : own(anonymous, { idleMs: ourIdle }),
    ]
    const sent = meaning({ '—': '', 'a UUID': headerSession, 'another text': 'session 1' }, header)
    const { request } = meaning(requests, what)
    const headers = {
      cookie: cookies.filter(Boolean).join('; '),
      'x-posthog-session-id': sent,
      ...request.headers,
    }

    const { scope } = browser().visit(ask, { ...request, headers })

    const id = scope.sessionId ?? 'none'
    const names: Readonly<Record<string, string>> = {
      [headerSession]: "the header's",
      [sdkSession]: "posthog-js's",
      [ourSession]: 'ours',
      none: 'none',
    }
    expect(names[id] ?? 'a new one').toBe(session)
  })

  const linkRows = table('secret | the browser has')
  it.each(linkRows)('is right about logins: secret %s, browser with %s', async (hasSecret, has, linked) => {
    const { browser, events } = await startClient({ secret: hasSecret === 'yes' ? secret : undefined })
    const linkedBefore = has.includes("another user's login has linked")
    const asksFirst = has.includes('a page that has asked')
    const possession = has.replace(/,? (?:whom|whose id|on a page) .*/, '')
    const headers = meaning(
      possessions,
      possession.replace(/anonymous cookie$/, 'anonymous cookie with a UUID'),
    )
    if (linkedBefore) browser().visit((scope) => void scope.identify('user_2'), { ...formRequest, headers })

    browser().visit(
      (scope) => {
        if (asksFirst) ask(scope)
        login(scope)
      },
      { ...(asksFirst ? {} : formRequest), headers },
    )

    const identify = (await events()).find((event) => event.distinct_id === 'user_1')
    expect(identify?.event).toBe('$identify')
    expect('$anon_distinct_id' in (identify?.properties ?? {}) ? 'yes' : 'no').toBe(linked)
  })

  it.each(table('`identity.personProfiles`'))('is right about persons: %s', async (mode, ...expected) => {
    const personProfiles = code(mode) as PersonProfiles
    const use: Act = (scope) => scope.capture('used')
    const said: unknown[] = []
    const visits: [BrowserRequest, string?][] = [
      [{}, 'user_1'],
      [{ headers: possessions['our cookie'] ?? {} }],
      [{}],
      [scriptRequest],
      [{ headers: possessions["posthog-js's cookie"] ?? {} }],
      [{ headers: possessions['its header'] ?? {} }],
    ]
    for (const [request, user] of visits) {
      const { browser, events } = await startClient({ secret, personProfiles, resolve: () => user })
      browser().visit(use, request)
      const [used] = await events()
      said.push(used?.properties['$process_person_profile'] === false ? 'no' : 'person')
    }
    const { browser, events } = await startClient({ personProfiles })
    browser().visit(login, formRequest)
    const [identify] = await events()

    expect([...said, identify ? `\`${identify.event}\`` : 'nothing']).toEqual(expected)
  })

  it.each(table('given'))('is right about the id %s', async (given, id, problem) => {
    const others: Readonly<Record<string, unknown>> = {
      'an object': { id: 'user_1' },
      'an empty text': '',
      '201 characters': 'x'.repeat(201),
      'a line break': 'user\n1',
    }
    const isNumber = given.startsWith('the number ')
    const written = codes(given).map((each) => (isNumber ? Number(each) : each))
    const values: readonly unknown[] = written.length > 0 ? written : [meaning(others, given)]

    for (const value of values) {
      const { browser, warnings } = await startClient()
      // What the types forbid, plain JavaScript still passes.
      const { scope } = browser().visit((scope) => void scope.identify(value as string))
      expect(scope.isIdentified ? scope.distinctId : undefined).toBe(code(id))
      expect(warnings().filter((line) => line.includes(problem))).toHaveLength(id === '—' ? 1 : 0)
    }
  })
})
