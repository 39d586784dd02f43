import { PostHog } from 'posthog-node'
import { expect, it, onTestFinished } from 'vitest'
import { runningServer } from './running-server.ts'
import { sampleFlags } from './sample-flags.ts'

type FlagOptions = NonNullable<Parameters<PostHog['getAllFlags']>[1]>

const plain = { 'held-out': 'holdout-7', 'first-come': false }

const users: Array<[distinctId: string, options: FlagOptions, values: Record<string, string | boolean>]> = [
  ['ada', {}, { ...plain, hero: 'a', half: false, 'company-wide': false }],
  [
    'ada',
    { personProperties: { plan: 'pro', email: 'ada@example.com', country: 'NZ' } },
    {
      ...plain,
      beta: true,
      hero: 'gold',
      half: false,
      'company-wide': false,
      inside: false,
      outside: true,
      'after-beta': true,
    },
  ],
  [
    'edsger',
    { personProperties: { plan: 'free', email: 'e@staff.example', country: 'DE' } },
    {
      ...plain,
      beta: false,
      hero: 'a',
      half: true,
      'company-wide': false,
      inside: true,
      outside: false,
      'after-beta': false,
    },
  ],
  [
    'grace',
    {
      personProperties: { plan: 'team', email: 'grace@example.com', $device_id: 'device-3' },
      groups: { company: 'acme' },
      groupProperties: { company: { seats: '3' } },
    },
    {
      ...plain,
      beta: true,
      hero: 'b',
      half: false,
      'company-wide': true,
      inside: true,
      outside: false,
      'after-beta': true,
      device: true,
    },
  ],
  [
    'linus',
    { personProperties: { plan: null, country: 'NZ' }, groups: { company: 'initech' } },
    {
      ...plain,
      beta: false,
      hero: 'b',
      half: false,
      inside: false,
      outside: true,
      'after-beta': false,
    },
  ],
]

it.each(users)(
  'the official client gives %s with %j the same values from the definitions and from the server',
  async (distinctId, options, values) => {
    const server = await runningServer({ flags: sampleFlags })
    const local = new PostHog('phc_test', { host: server.url, personalApiKey: 'phx_test' })
    const remote = new PostHog('phc_test', { host: server.url })
    onTestFinished(async () => {
      await local.shutdown()
      await remote.shutdown()
    })
    await local.waitForLocalEvaluationReady(5000)

    const here = await local.getAllFlagsAndPayloads(distinctId, { ...options, onlyEvaluateLocally: true })
    expect(server.calls()).toEqual([])
    const there = await remote.getAllFlagsAndPayloads(distinctId, options)

    const { retired, ...evaluated } = here.featureFlags ?? {}
    // An inactive flag is false to the client and absent from the server's answer.
    expect(retired).toBe(false)
    expect(evaluated).toEqual(values)
    expect(there.featureFlags).toEqual(values)
    expect(here.featureFlagPayloads).toEqual(there.featureFlagPayloads)
  },
)
