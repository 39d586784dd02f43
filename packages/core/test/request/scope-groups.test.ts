import { describe, expect, it } from 'vitest'
import { createLocalClient, createFlagClient, answered } from '../flags-api/flag-client-setup.ts'
import { defined } from '../flags-api/flag-definitions.ts'
import { browserCookie, pageFacts, scopeOpener } from './open-scope.ts'

const anonymous = pageFacts({ cookie: browserCookie('browser_1') })

/** A flag for companies on this plan, of which nothing is known unless the application says it. */
const definitions = {
  group_type_mapping: { '0': 'company' },
  flags: [
    defined('beta', [{ properties: [onPlan('pro')], rollout_percentage: 100 }], {
      filters: { aggregation_group_type_index: 0 },
    }),
  ],
}

function onPlan(plan: string): object {
  return { key: 'plan', type: 'group', group_type_index: 0, operator: 'exact', value: plan }
}

describe('a visitor in a group', () => {
  it('has it on every later event, also those of the client and the pageview, and not on earlier ones', async () => {
    const { client, events } = createFlagClient()
    const { scope, end } = scopeOpener(client, { flags: { preload: 'never' } })(anonymous)

    scope.capture('before')
    await scope.group('company', 'acme')
    scope.capture('after')
    scope.run(() => client.capture({ event: 'by the client', groups: { team: 'blue' } }))
    scope.run(() => client.capture({ event: 'for another', groups: { company: 'other' } }))
    end()

    const groups = (await events()).map(({ event, properties }) => [event, properties['$groups']])
    expect(groups).toEqual([
      ['before', undefined],
      ['after', { company: 'acme' }],
      ['by the client', { company: 'acme', team: 'blue' }],
      ['for another', { company: 'other' }],
      ['$pageview', { company: 'acme' }],
    ])
  })

  it('can be in groups of several types; another of the same type takes the place of the first', async () => {
    const { client, events } = createFlagClient()
    const { scope } = scopeOpener(client)(anonymous)

    await scope.group('company', 'acme')
    await scope.group('team', 'blue')
    await scope.group('company', 'zenith')
    scope.capture('order placed')

    expect((await events())[0]?.properties['$groups']).toEqual({ company: 'zenith', team: 'blue' })
  })

  it('describes the group where properties are given, as nobody in particular while the visitor is anonymous', async () => {
    const { client, events } = createFlagClient()
    const { scope } = scopeOpener(client)(anonymous)

    await scope.group('company', 'acme', { plan: 'free' })
    await scope.identify('user_1')
    await scope.group('company', 'acme', { plan: 'pro' })

    const sent = await events()
    expect(sent.map(({ event, distinct_id: id }) => [event, id])).toEqual([
      ['$groupidentify', '$company_acme'],
      ['$identify', 'user_1'],
      ['$groupidentify', 'user_1'],
    ])
    expect(sent[2]?.properties).toMatchObject({
      $group_type: 'company',
      $group_key: 'acme',
      $group_set: { plan: 'pro' },
      $hedgerow_id_source: 'resolver',
    })
    for (const { properties } of sent) expect(properties).not.toHaveProperty('$process_person_profile')
  })

  it('has its flags from then on, by what the application said about it; a kept snapshot stays as it was', async () => {
    const setup = await createLocalClient(definitions)
    const { scope } = scopeOpener(setup.client)(anonymous)
    const before = scope.flags

    const values = [before.getFlag('beta')]
    await scope.group('company', 'acme', { plan: 'pro' })
    values.push(scope.flags.getFlag('beta'), before.getFlag('beta'))
    await scope.group('company', 'zenith', { plan: 'free' })
    values.push(scope.flags.getFlag('beta'))

    // A flag of companies is off for who is in none.
    expect(values).toEqual([false, true, false, false])
    const exposures = (await setup.exposures()).map(({ properties }) => [
      properties['$feature_flag_response'],
      properties['$groups'],
    ])
    expect(exposures).toEqual([
      [false, undefined],
      [true, { company: 'acme' }],
      [false, { company: 'zenith' }],
    ])
  })

  it('leaves them with a logout: who goes on is in none, and the pageview is still in those of before', async () => {
    const setup = await createLocalClient(definitions)
    const { scope, end } = scopeOpener(setup.client)(anonymous)

    await scope.identify('user_1')
    await scope.group('company', 'acme', { plan: 'pro' })
    const before = scope.flags.getFlag('beta', { sendFeatureFlagEvents: false })
    scope.logout()
    scope.capture('after')
    const after = scope.flags.getFlag('beta', { sendFeatureFlagEvents: false })
    end()

    expect([before, after]).toEqual([true, false])
    const groups = (await setup.events()).map(({ event, properties }) => [event, properties['$groups']])
    expect(groups.slice(2)).toEqual([
      ['after', undefined],
      ['$pageview', { company: 'acme' }],
    ])
  })

  it('stays as it is when nothing new is said, so that flags are not asked for again', async () => {
    const setup = createFlagClient({}, { flags: answered({ hero: true }) })
    const { scope } = scopeOpener(setup.client)(anonymous)

    await scope.flags.load()
    await scope.group('company', 'acme')
    const snapshot = scope.flags
    await scope.group('company', 'acme')

    expect(scope.flags).toBe(snapshot)
    expect(setup.posthog.flagCalls.map(({ groups }) => groups)).toEqual([{}, { company: 'acme' }])
  })

  it('is asked for at PostHog with the group and its properties, and not loaded before the answer', async () => {
    const setup = createFlagClient(
      {},
      { flags: ({ groups }) => answered({ beta: groups['company'] === 'acme' }) },
    )
    const { scope } = scopeOpener(setup.client)(anonymous)
    await scope.flags.load()

    const joined = scope.group('company', 'acme', { plan: 'pro' })
    const meanwhile = scope.flags.state
    await joined

    expect([meanwhile, scope.flags.state, scope.flags.getFlag('beta')]).toEqual([
      'not-loaded',
      'loaded',
      true,
    ])
    expect(setup.posthog.flagCalls[1]).toMatchObject({
      groups: { company: 'acme' },
      group_properties: { company: { $group_key: 'acme', plan: 'pro' } },
    })
  })

  it.each<[string, unknown, unknown]>([
    ['no type', undefined, 'acme'],
    ['an empty type', '', 'acme'],
    ['no key', 'company', undefined],
    ['a key of spaces', 'company', ' '],
    ['a key that is no text', 'company', {}],
    ['a key that is no number', 'company', Number.NaN],
  ])('stays where they were when given %s, with one WARN', async (_case, type, key) => {
    const setup = createFlagClient()
    const { scope } = scopeOpener(setup.client)(anonymous)

    // What the types forbid, plain JavaScript still passes.
    await scope.group(type as string, key as string)
    await scope.group(type as string, key as string, { plan: 'pro' })
    scope.capture('order placed')

    expect((await setup.events()).map(({ event, properties }) => [event, properties['$groups']])).toEqual([
      ['order placed', undefined],
    ])
    expect(setup.alerts()).toEqual([expect.stringContaining('group() was given no type or no key')])
  })

  it('may have a number for a key, and any text for a type', async () => {
    const { client, events } = createFlagClient()
    const { scope } = scopeOpener(client)(anonymous)

    await scope.group('company', 17 as unknown as string)
    await scope.group('__proto__', 'x')
    scope.capture('order placed')

    expect(JSON.stringify((await events())[0]?.properties['$groups'])).toBe(
      '{"company":"17","__proto__":"x"}',
    )
  })
})
