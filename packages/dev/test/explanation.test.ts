import { describe, expect, it } from 'vitest'
import type { DevServer, ExplainedFlag, FlagFile } from '../src/index.ts'
import { post, runningServer } from './running-server.ts'
import { sampleFlags } from './sample-flags.ts'

describe('the explanation of a flags call', () => {
  it('says which condition matched, and how each property came out', async () => {
    const server = await runningServer({ flags: sampleFlags })

    const { flags } = await callOf(server, {
      person_properties: { plan: 'free', email: 'ada@example.com' },
      flag_keys_to_evaluate: ['hero'],
    })

    expect(flags).toEqual([
      {
        key: 'hero',
        value: 'a',
        because: 'condition',
        undecided: null,
        condition: 1,
        conditions: [
          {
            outcome: 'failed',
            rolloutPercentage: null,
            properties: [
              { kind: 'property', name: 'plan', operator: 'exact', outcome: 'failed', undecided: null },
            ],
          },
          { outcome: 'matched', rolloutPercentage: 100, properties: [] },
        ],
      },
    ])
  })

  it('says what was missing', async () => {
    const server = await runningServer({ flags: sampleFlags })

    const { flags } = await callOf(server, {
      person_properties: { plan: 'pro', country: 'DE' },
      flag_keys_to_evaluate: ['beta', 'needs-posthog', 'after-beta'],
    })

    expect(flags).toMatchObject([
      {
        key: 'beta',
        value: null,
        because: 'undecided',
        undecided: 'missing_context',
        condition: null,
        conditions: [
          {
            outcome: 'undecided',
            properties: [
              { name: 'plan', outcome: 'matched', undecided: null },
              { name: 'email', operator: 'ends_with', outcome: 'undecided', undecided: 'missing_context' },
            ],
          },
          { outcome: 'failed', rolloutPercentage: 0, properties: [{ name: 'country', outcome: 'failed' }] },
        ],
      },
      {
        key: 'needs-posthog',
        undecided: 'unsupported_definition',
        conditions: [{ properties: [{ kind: 'cohort', name: '99', undecided: 'unsupported_definition' }] }],
      },
      {
        key: 'after-beta',
        undecided: 'unresolved_dependency',
        conditions: [{ properties: [{ kind: 'flag', name: 'beta', operator: 'flag_evaluates_to' }] }],
      },
    ])
  })

  it.each([
    ['held-out', { value: 'holdout-7', because: 'holdout', condition: null }],
    ['first-come', { value: false, because: 'early-exit', condition: 0 }],
    ['company-wide', { value: false, because: 'no-group', conditions: [{ outcome: 'not-reached' }, {}] }],
    ['retired', { value: null, because: 'disabled' }],
    ['no-such-flag', { value: null, because: 'unknown', conditions: [] }],
  ])('gives the cause for %s', async (key, explanation) => {
    const server = await runningServer({ flags: sampleFlags })

    const { flags } = await callOf(server, { flag_keys_to_evaluate: [key] })

    expect(flags).toMatchObject([{ key, ...explanation }])
  })

  it('tells a flag that is meant for somewhere else from one that is not there', async () => {
    const flags: FlagFile = { flags: { browser: { evaluation_runtime: 'client' }, off: false } }
    const server = await runningServer({ flags })

    const call = await callOf(server, { evaluation_runtime: 'server' })

    expect(call.flags).toMatchObject([
      { key: 'browser', value: null, because: 'elsewhere' },
      { key: 'off', value: false, because: 'disabled' },
    ])
  })

  it('is about 50 flags at most, and says how many more there were', async () => {
    const flags = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`flag-${index}`, true]))
    const server = await runningServer({ flags: { flags } })

    const call = await callOf(server, {})

    expect([call.flags.length, call.unexplained]).toEqual([50, 70])
    expect(call.flags.at(-1)?.key).toBe('flag-49')
  })

  it('leaves out conditions of later flags when there are very many', async () => {
    const properties = Array.from({ length: 200 }, (_, index) => ({ key: `property-${index}`, value: 'x' }))
    const filters = { groups: [{ properties }, { properties }] }
    const server = await runningServer({
      flags: { flags: { one: { filters }, two: { filters }, three: { filters }, four: true } },
    })

    const call = await callOf(server, {})

    expect(call.flags.map(({ key, conditions }) => [key, conditions?.length])).toEqual([
      ['one', 2],
      ['two', 2],
      ['three', undefined],
      ['four', 1],
    ])
  })

  it('carries no value of a property', async () => {
    const server = await runningServer({ flags: sampleFlags })

    const call = await callOf(server, {
      person_properties: { plan: 'sesame', email: 'open@sesame.example', country: 'sesame' },
      groups: { company: 'sesame' },
      group_properties: { company: { seats: 'sesame' } },
    })

    expect(call.flags).toHaveLength(12)
    expect(JSON.stringify(call)).not.toContain('sesame')
  })
})

interface ListedCall {
  readonly flags: readonly ExplainedFlag[]
  readonly unexplained: number
}

/** Sends a flags request, and gives the call as the server lists it. */
async function callOf(server: DevServer, request: object): Promise<ListedCall> {
  await post(server, '/flags/?v=2', { token: 'phc_test', distinct_id: 'ada', ...request })
  const response = await fetch(`${server.url}/api/calls`)
  const { calls } = (await response.json()) as { calls: ListedCall[] }
  const call = calls[0]
  if (!call) throw new Error('the server lists no call')
  expect(server.calls()).toEqual([call])
  return call
}
