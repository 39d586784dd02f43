import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/index.ts'
import { formRequest, ownName, scriptRequest, sdkName, uuidV7 } from './browser.ts'
import { browserCookie, pageFacts } from './open-scope.ts'
import { noCookie, startConsent, yesCookie } from './consent-setup.ts'

const visitor = browserCookie('01901b2c-1111-7000-8000-000000000001', { $user_state: 'anonymous' })

describe('a visitor who says no in the middle of a request', () => {
  it('is captured until then, and not from then on', async () => {
    const { open, events, refused } = await startConsent()

    const { scope, end } = open(pageFacts({ cookie: visitor }))
    scope.capture('before')
    scope.setConsent('denied')
    scope.capture('after')
    end()

    expect([scope.consent, scope.hasConsent]).toEqual(['denied', false])
    expect((await events()).map(({ event }) => event)).toEqual(['before'])
    expect(refused()).toBe(2)
  })

  it('takes back an exception that is still being described', async () => {
    const { open, runtime, events, refused } = await startConsent()

    const { scope } = open(pageFacts())
    scope.captureException(new Error('of the visitor'))
    scope.setConsent('denied')
    await expect.poll(() => runtime.advance(0).then(refused), { timeout: 15_000, interval: 5 }).toBe(1)

    expect(await events()).toEqual([])
  })

  it('takes back an event that waits for its flags', async () => {
    const { client, open, posthog, runtime, events, refused } = await startConsent()
    posthog.always('/flags/', 'hang')

    const { scope } = open(pageFacts())
    scope.run(() => client.capture({ event: 'with flags', distinctId: 'a', sendFeatureFlags: true }))
    await posthog.waitFor(() => posthog.flagCalls().length === 1)
    scope.setConsent('denied')
    for (let seconds = 0; refused() < 1 && seconds < 60; seconds++) await runtime.advance(1000)

    expect(await events()).toEqual([])
    expect(refused()).toBe(1)
  })

  it('asks PostHog nothing more through a snapshot that the application has kept', async () => {
    const { open, posthog } = await startConsent()
    const { scope } = open(pageFacts({ cookie: visitor }))
    const kept = scope.flags

    scope.setConsent('denied')
    const loaded = await kept.load()

    expect(loaded.state).toBe('unavailable')
    expect(posthog.requests).toEqual([])
  })

  it('leaves the browser with none of our cookies, also with none that it was about to get', async () => {
    const { open } = await startConsent()
    const { scope, cookies, sendHeaders } = open(pageFacts())
    expect(scope.distinctId).toMatch(uuidV7)
    expect(cookies.map((line) => line.split('=')[0])).toEqual([ownName, sdkName])

    scope.setConsent('denied')
    sendHeaders()

    expect(cookies.slice(2)).toEqual([
      `${sdkName}=; Path=/; Max-Age=0; SameSite=Lax`,
      `${ownName}=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly`,
    ])
  })

  it('is told from one whose answer is no answer: that changes nothing, with one line', async () => {
    const { open, warnings } = await startConsent()
    const { scope } = open(pageFacts({ cookie: yesCookie }))

    // What the types forbid, plain JavaScript still passes.
    for (const value of ['no', false, undefined]) scope.setConsent(value as unknown as 'denied')

    expect(scope.consent).toBe('granted')
    expect(warnings()).toEqual([
      "[hedgerow] consent-refused: setConsent() was given something else than 'granted' or 'denied', so the visitor's consent stays as it was; pass one of the two",
    ])
  })
})

describe('a visitor who says yes in the middle of a request', () => {
  it('is who they are from then on, under no id that was hidden before; what was refused stays refused', async () => {
    const { open, events, refused } = await startConsent()

    const { scope, cookies, end } = open(pageFacts({ cookie: `${visitor}; ${noCookie}` }))
    const hidden = scope.distinctId
    scope.capture('before')
    scope.flags.getFlag('half')
    scope.logout()
    scope.setConsent('granted')
    scope.capture('after')
    end()

    const sent = await events()
    expect(sent.map(({ event }) => event)).toEqual(['after', '$pageview'])
    expect(JSON.stringify(sent)).not.toContain(hidden)
    expect(refused()).toBe(1)
    expect(cookies.filter((line) => line.startsWith('__ph_opt'))).toEqual([])
  })

  it('is exposed to no flag that was read before, also not through a snapshot that the application has kept', async () => {
    const { client, open, events } = await startConsent({}, { secretKey: 'phs_test' })
    await client.waitForLocalEvaluationReady()

    const { scope } = open(pageFacts({ cookie: noCookie }))
    const kept = scope.flags
    kept.getFlag('everyone')
    scope.setConsent('granted')
    expect(scope.distinctId).toMatch(uuidV7)
    kept.isEnabled('everyone')
    scope.capture('after')

    const sent = await events()
    expect(sent.map(({ event }) => event)).toEqual(['after'])
    expect(sent[0]?.properties).not.toHaveProperty('$feature/everyone')
  })

  it('who logged in before is the user, linked to nobody', async () => {
    const { open, events } = await startConsent({ identity: {} })

    const { scope, end } = open(pageFacts({ cookie: `${visitor}; ${noCookie}` }, formRequest.facts))
    await scope.identify('user_1')
    expect(scope.isIdentified).toBe(false)
    scope.setConsent('granted')
    scope.capture('after')
    end()

    expect((await events()).map(({ event, distinct_id: id }) => [event, id])).toEqual([['after', 'user_1']])
    const next = open(pageFacts({ cookie: visitor }, formRequest.facts))
    await next.scope.identify('user_1')
    // The anonymous id is still free to be linked, since it has not been.
    expect((await events()).at(-1)?.properties['$anon_distinct_id']).toBe(
      '01901b2c-1111-7000-8000-000000000001',
    )
  })

  it('keeps their cookies, if they do so before the headers go out', async () => {
    const { open } = await startConsent({ identity: {} })
    const { scope, cookies, end } = open(pageFacts({ cookie: `${visitor}; ${noCookie}` }))

    expect(scope.hasConsent).toBe(false)
    scope.setConsent('granted')
    end()

    expect(cookies).toEqual([])
    expect(scope.distinctId).toBe('01901b2c-1111-7000-8000-000000000001')
  })
})

describe('without consent', () => {
  it('flags are evaluated in this process for nobody: rollouts to some are undecided, and nothing is asked', async () => {
    const { client, open, posthog } = await startConsent({}, { secretKey: 'phs_test' })
    await client.waitForLocalEvaluationReady()
    const requests = posthog.requests.length

    const { scope } = open(pageFacts({ cookie: `${visitor}; ${noCookie}` }))
    const loaded = await scope.flags.load('half')

    expect([loaded.getFlag('everyone'), loaded.getFlag('half')]).toEqual([true, undefined])
    expect(loaded.getFlagResult('half').reason).toBe('undecided')
    expect(scope.flagSubject).toEqual({
      distinctId: '',
      groups: {},
      groupProperties: {},
      personProperties: {},
    })
    expect(scope.bootstrap()).toEqual({ featureFlags: { everyone: true }, featureFlagPayloads: {} })
    expect(await scope.run(() => client.getFeatureFlag('everyone', 'user_1'))).toBe(true)
    expect(await scope.run(() => client.getFeatureFlag('elsewhere', 'user_1'))).toBeUndefined()
    await client.flush()
    expect(posthog.requests).toHaveLength(requests)
  })

  it('a read in one request is not what another, granted one has reported already', async () => {
    const { client, open, events } = await startConsent({}, { secretKey: 'phs_test' })
    await client.waitForLocalEvaluationReady()
    const read = () => client.getFeatureFlag('everyone', 'user_1')

    await open(pageFacts({ cookie: noCookie })).scope.run(read)
    await open(pageFacts({ cookie: yesCookie })).scope.run(read)

    expect((await events()).map(({ event }) => event)).toEqual(['$feature_flag_called'])
  })

  it('nobody is asked who the visitor is', async () => {
    let asked = 0
    const resolve = () => (asked++, 'user_1')
    const { open } = await startConsent({ identity: { resolve } })

    const { scope, end } = open(pageFacts({ cookie: noCookie }))
    void [scope.distinctId, scope.flags, scope.sessionId, scope.bootstrap()]
    end()

    expect(asked).toBe(0)
    expect([scope.isIdentified, scope.sessionId]).toEqual([false, undefined])
  })

  it('cookies are removed on the host and its parent domains, of a request for data when it asks', async () => {
    const { open, browser } = await startConsent({ identity: { cookieDomain: 'example.com' } })
    const host = { host: 'shop.example.com' }
    const headers = { ...scriptRequest.headers, cookie: `${visitor}; ${noCookie}` }

    const page = open(pageFacts({ cookie: `${visitor}; ${noCookie}` }, host))
    page.end()
    const data = open(pageFacts(headers, host))
    data.scope.capture('used')
    data.end()
    const idle = open(pageFacts(headers, host))
    idle.end()

    const removed = [undefined, 'shop.example.com', 'example.com', 'com'].map(
      (domain) => `${sdkName}=; Path=/; Max-Age=0${domain ? `; Domain=${domain}` : ''}; SameSite=Lax`,
    )
    expect(page.cookies).toEqual(expect.arrayContaining(removed.slice(0, 3)))
    expect(data.cookies).toEqual(page.cookies)
    expect(idle.cookies).toEqual([])
    expect(browser().visit().cookies).toEqual([])
  })

  it('requests at the same time keep apart, in work that outlives them too', async () => {
    const { client, open, events, refused } = await startConsent()
    let finish = () => {}
    const over = new Promise<void>((resolve) => (finish = resolve))
    const works: Promise<void>[] = []

    for (let request = 0; request < 200; request++) {
      const isDenied = request % 3 === 0
      const { scope, end } = open(pageFacts({ cookie: isDenied ? noCookie : yesCookie }, formRequest.facts))
      works.push(
        scope.run(async () => {
          await over
          client.capture({ event: isDenied ? 'denied' : 'granted', distinctId: `user_${request}` })
          scope.capture(isDenied ? 'denied' : 'granted')
        }),
      )
      end()
    }
    finish()
    await Promise.all(works)

    const names = (await events()).map(({ event }) => event)
    expect(names.filter((name) => name === 'granted')).toHaveLength(266)
    expect(names).toHaveLength(266)
    expect(refused()).toBe(134)
  })
})

describe('the consent callback', () => {
  it('is called once a request, with what the framework calls a request', async () => {
    const carriers: unknown[] = []
    const resolve = (carrier: unknown) => (carriers.push(carrier), undefined)
    const { open } = await startConsent({ consent: { resolve } })
    const carrier = { url: '/' }

    const { scope, end } = open(pageFacts(), carrier)
    void [scope.consent, scope.hasConsent, scope.distinctId, scope.ready]
    scope.capture('used')
    end()

    expect(carriers).toHaveLength(1)
    expect(carriers[0]).toBe(carrier)
  })

  it('may capture and ask for consent itself: it has not agreed yet', async () => {
    const seen: unknown[] = []
    const { client, open, refused } = await startConsent({
      consent: {
        resolve: () => {
          seen.push(client.scope()?.consent)
          client.capture({ event: 'asked', distinctId: 'a' })
          return true
        },
      },
    })

    const { scope } = open(pageFacts())
    scope.run(() => scope.capture('used'))

    expect(seen).toEqual(['denied'])
    expect([scope.consent, refused()]).toEqual(['granted', 1])
  })

  it.each([
    ['a promise of garbage', () => Promise.resolve({ consent: true })],
    ['an object whose members throw', () => new Proxy({}, { get: thrower, has: thrower })],
    // oxlint-disable-next-line unicorn/no-thenable -- what a callback answers by mistake
    ['a thenable that throws', () => ({ then: thrower })],
    ['a symbol', () => Symbol('yes')],
    ['a number', () => 1],
    ['a text that is none', () => 'GRANTED'],
  ])('that answers %s never grants anything by it, nor throws', async (_what, answer) => {
    const { open, runtime, warnings } = await startConsent({
      // What the types forbid, plain JavaScript still passes.
      consent: { resolve: answer as unknown as () => boolean, unknown: 'denied' },
    })

    const { scope, end } = open(pageFacts())
    await runtime.settle()
    await scope.ready
    end()
    await runtime.settle()

    expect(scope.hasConsent).toBe(false)
    expect(warnings()).toHaveLength(1)
    expect(warnings()[0]).toMatch(/^\[hedgerow\] consent-failed: consent.resolve /)
  })
})

describe('the options of consent', () => {
  it.each([
    [{ resolve: true }, 'consent.resolve must be a function, got a value of type boolean'],
    [{ gpc: 1 }, 'consent.gpc must be true or false, got a value of type number'],
    [{ dnt: 'yes' }, 'consent.dnt must be true or false, got a value of type string'],
    [{ cookie: 'x' }, 'consent.cookie must be true or false, got a value of type string'],
    [{ unknown: 'maybe' }, 'consent.unknown must be one of granted, denied'],
    [
      { cookieName: 'a b' },
      'consent.cookieName must be the name of a cookie, such as __ph_opt_in_out_phc_abc: letters, digits and punctuation without spaces, commas, semicolons or equals signs',
    ],
  ])('%j is a mistake that a client tells at boot', async (consent, message) => {
    const { client } = await startConsent()

    // What the types forbid, plain JavaScript still passes.
    const mount = () => client.requestLayer({ consent: consent as object })

    expect(mount).toThrow(new ConfigError(message))
  })

  it('name another cookie than the SDK does by itself', async () => {
    const { open } = await startConsent({ consent: { cookieName: 'consent_of_mine' } })

    expect(open(pageFacts({ cookie: 'consent_of_mine=0' })).scope.consent).toBe('denied')
    expect(open(pageFacts({ cookie: noCookie })).scope.consent).toBe('unknown')
  })

  it('leave the cookie unread', async () => {
    const { open } = await startConsent({ consent: { cookie: false } })

    expect(open(pageFacts({ cookie: noCookie })).scope.consent).toBe('unknown')
  })
})

function thrower(): never {
  throw new Error('hostile')
}
