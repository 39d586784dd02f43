import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answered, createFlagClient, createLocalClient } from '../flags-api/flag-client-setup.ts'
import { defined, everyone, nobody, variants } from '../flags-api/flag-definitions.ts'
import { browserCookie, pageFacts, scopeOpener } from './open-scope.ts'

const request = pageFacts({ cookie: browserCookie('browser_1') })
const onlyFor = (id: string) => ({ properties: [{ key: 'distinct_id', operator: 'exact', value: id }] })

describe('the flags of one request', () => {
  it('stay what they were read as, while definitions change and other requests have the new ones', async () => {
    const setup = await createLocalClient({
      flags: [defined('hero', [everyone], variants('blue', { blue: '1' }))],
    })
    const open = scopeOpener(setup.client)
    const { scope } = open(request)

    const first = scope.flags.getFlag('hero')
    setup.posthog.definitions = { flags: [defined('hero', [everyone], variants('red', { red: '2' }))] }
    await setup.client.reloadFeatureFlags()
    await scope.flags.load('hero')
    scope.capture('order placed')

    expect([first, scope.flags.getFlag('hero'), scope.flags.getFlagPayload('hero')]).toEqual([
      'blue',
      'blue',
      1,
    ])
    expect(open(pageFacts()).scope.flags.getFlag('hero')).toBe('red')
    const order = (await setup.events()).find(({ event }) => event === 'order placed')
    expect(order?.properties['$feature/hero']).toBe('blue')
  })

  it('are another’s from a login on, visibly in a snapshot of their own; one kept from before stays', async () => {
    const setup = await createLocalClient({ flags: [defined('mine', [onlyFor('user_1')])] })
    const { scope } = scopeOpener(setup.client)(request)

    const before = scope.flags
    const readBefore = before.getFlag('mine')
    scope.capture('before')
    await scope.identify('user_1')
    const after = scope.flags
    const readAfter = after.getFlag('mine')
    scope.capture('after')

    expect(after).not.toBe(before)
    expect([readBefore, readAfter, before.getFlag('mine'), scope.flags]).toEqual([false, true, false, after])
    const read = (await setup.events())
      .filter(({ event }) => event === 'before' || event === 'after')
      .map(({ event, distinct_id: id, properties }) => [event, id, properties['$feature/mine']])
    expect(read).toEqual([
      ['before', 'browser_1', false],
      ['after', 'user_1', true],
    ])
  })

  it('are nobody’s, rather than the old visitor’s, between a login and PostHog’s answer', async () => {
    const values = { browser_1: 'old', user_1: 'new' }
    const setup = createFlagClient(
      {},
      { flags: ({ distinct_id: id }) => answered({ hero: values[id as keyof typeof values] }) },
    )
    const { scope } = scopeOpener(setup.client)(request)
    await scope.flags.load()
    const before = scope.flags.getFlag('hero')

    const signedIn = scope.identify('user_1')
    const meanwhile = [scope.flags.state, scope.flags.getFlag('hero')]
    await signedIn

    expect([before, meanwhile, scope.flags.getFlag('hero')]).toEqual([
      'old',
      ['not-loaded', undefined],
      'new',
    ])
  })

  it('give a payload with an enabled value alone', async () => {
    const payloads = { payloads: { true: '"for on"', blue: '"for blue"' } }
    const setup = await createLocalClient({
      flags: [
        defined('off', [nobody], { filters: payloads }),
        defined('on', [everyone], { filters: payloads }),
        defined('hero', [everyone], variants('blue', payloads.payloads)),
        defined('inactive', [everyone], { active: false, filters: payloads }),
      ],
    })
    const { flags } = scopeOpener(setup.client)(request).scope

    expect(['off', 'on', 'hero', 'inactive', 'unknown'].map((key) => flags.getFlagPayload(key))).toEqual([
      undefined,
      'for on',
      'for blue',
      undefined,
      undefined,
    ])
  })

  it('are on events as they were returned, in any order of reads, logins, groups, reloads and captures', async () => {
    const keys = ['a', 'b', 'c']
    const step = fc.oneof(
      fc.record({ read: fc.constantFrom(...keys) }),
      fc.record({ define: fc.dictionary(fc.constantFrom(...keys), fc.constantFrom('red', 'blue', 'green')) }),
      fc.record({ login: fc.constantFrom('user_1', 'user_2') }),
      fc.record({ group: fc.constantFrom('acme', 'zenith') }),
      fc.constant({ capture: true }),
    )

    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const setup = await createLocalClient({ flags: keys.map((key) => defined(key)) })
        const { scope } = scopeOpener(setup.client)(request)
        const returned: Record<string, unknown> = {}
        const expected: Record<string, unknown>[] = []
        for (const each of steps) {
          if ('read' in each) returned[`$feature/${each.read}`] = scope.flags.getFlag(each.read)
          else if ('login' in each) await scope.identify(each.login)
          else if ('group' in each) await scope.group('company', each.group)
          else if ('define' in each) {
            const flags = Object.entries(each.define).map(([key, variant]) =>
              defined(key, [everyone], variants(variant)),
            )
            setup.posthog.definitions = { flags }
            await setup.client.reloadFeatureFlags()
          } else {
            scope.capture('order placed')
            expected.push(
              Object.fromEntries(Object.entries(returned).filter(([, value]) => value !== undefined)),
            )
          }
        }

        const stamped = (await setup.events())
          .filter(({ event }) => event === 'order placed')
          .map(({ properties }) =>
            Object.fromEntries(Object.entries(properties).filter(([name]) => name.startsWith('$feature/'))),
          )
        expect(stamped).toEqual(expected)
      }),
      { numRuns: 100 },
    )
  })
})
