import { describe, expect, it } from 'vitest'
import type { DevServer, FlagFile, PropertyFilter } from '../src/index.ts'
import { definitionsOf, post, runningServer } from './running-server.ts'
import { fileWithFilter, sampleFlags } from './sample-flags.ts'

describe('remote evaluation of full definitions', () => {
  it('answers value, reason, payload and what is known of the flag', async () => {
    const server = await runningServer({ flags: sampleFlags })

    const { flags } = await answerOf(server, {
      distinct_id: 'ada',
      person_properties: { plan: 'pro', email: 'ada@example.com', country: 'NZ' },
      flag_keys_to_evaluate: ['beta', 'hero'],
    })

    expect(flags).toEqual({
      beta: {
        key: 'beta',
        enabled: true,
        variant: null,
        failed: false,
        reason: { code: 'condition_match', condition_index: 0, description: 'Matched condition set 1' },
        metadata: {
          id: 11,
          version: 4,
          description: 'Beta programme',
          payload: '{"seats":5}',
          has_experiment: true,
        },
      },
      hero: {
        key: 'hero',
        enabled: true,
        variant: 'gold',
        failed: false,
        reason: { code: 'condition_match', condition_index: 0, description: 'Matched condition set 1' },
        metadata: { id: 2, version: 1, description: '', payload: '{"badge":true}', has_experiment: false },
      },
    })
  })

  // Worked out by hand from the SHA-1 of `hero.ada` and so on, which PostHog's buckets are made of.
  it.each([
    ['ada', 'a', false],
    ['grace', 'b', false],
    ['edsger', 'a', true],
  ])('puts %s into variant %s and, for the half rollout, %s', async (distinctId, hero, half) => {
    const server = await runningServer({ flags: sampleFlags })

    const answer = await answerOf(server, { distinct_id: distinctId, person_properties: { plan: 'free' } })

    expect(answer.flags['hero']).toMatchObject({
      variant: hero,
      reason: { condition_index: 1, description: 'Matched condition set 2' },
      metadata: { payload: hero === 'a' ? '"A"' : null },
    })
    expect(answer.flags['half']?.enabled).toBe(half)
  })

  it.each<[string, string, object, string, number | null]>([
    ['no condition matches', 'beta', { plan: 'free', country: 'DE' }, 'no_condition_match', null],
    ['the rollout leaves the person out', 'beta', { plan: 'free', country: 'NZ' }, 'out_of_rollout_bound', 1],
    ['the first condition ends it', 'first-come', {}, 'out_of_rollout_bound', 0],
    ['there is no group', 'company-wide', {}, 'no_group_type', null],
    ['another flag is off', 'after-beta', { plan: 'free', country: 'DE' }, 'no_condition_match', null],
  ])('is off with the reason when %s', async (_name, key, properties, code, index) => {
    const server = await runningServer({ flags: sampleFlags })

    const answer = await answerOf(server, { distinct_id: 'ada', person_properties: properties })

    expect(answer.flags[key]).toMatchObject({
      enabled: false,
      variant: null,
      reason: { code, condition_index: index, description: expect.stringMatching(/^[A-Z]/) },
      metadata: { payload: null },
    })
  })

  it('gives a holdout its own value and reason', async () => {
    const server = await runningServer({ flags: sampleFlags })

    const { flags } = await answerOf(server, { distinct_id: 'ada' })

    expect(flags['held-out']).toMatchObject({
      enabled: true,
      variant: 'holdout-7',
      reason: { code: 'holdout_condition_value', condition_index: null },
    })
  })

  it.each<[string, object, boolean]>([
    ['by its properties', { groups: { company: 'b' }, group_properties: { company: { seats: 12 } } }, true],
    ['by its key', { groups: { company: 'acme' }, group_properties: { company: { seats: 1 } } }, true],
    [
      'by a key among its properties',
      { groups: { company: 'b' }, group_properties: { company: { seats: 1, $group_key: 'acme' } } },
      true,
    ],
    ['that does not match', { groups: { company: 'b' }, group_properties: { company: { seats: 1 } } }, false],
  ])('looks at a group %s', async (_name, request, value) => {
    const server = await runningServer({ flags: sampleFlags })

    const answer = await answerOf(server, { distinct_id: 'ada', ...request })

    expect(answer.flags['company-wide']?.enabled).toBe(value)
  })

  it.each([
    [{ plan: 'team', email: 'a@b.example', country: 'NZ' }, true],
    [{ plan: 'free', email: 'a@STAFF.example', country: 'DE' }, true],
    [{ plan: 'free', email: 'a@staff.example', country: 'NZ' }, false],
    [{ plan: 'free', email: 'a@b.example', country: 'DE' }, false],
  ])('works out who belongs to a cohort: %j', async (properties, isInside) => {
    const server = await runningServer({ flags: sampleFlags })

    const { flags } = await answerOf(server, { distinct_id: 'ada', person_properties: properties })

    expect([flags['inside']?.enabled, flags['outside']?.enabled]).toEqual([isInside, !isInside])
  })

  it.each<[string, (id: string) => object]>([
    ['as a person property', (id) => ({ person_properties: { $device_id: id } })],
    ['beside the properties', (id) => ({ $device_id: id })],
  ])('goes by the device that is given %s, and not by the person', async (_name, device) => {
    const server = await runningServer({ flags: sampleFlags })

    const first = await answerOf(server, { distinct_id: 'ada', ...device('device-1') })
    const second = await answerOf(server, { distinct_id: 'ada', ...device('device-3') })

    expect([first.flags['device']?.enabled, second.flags['device']?.enabled]).toEqual([false, true])
  })

  it('leaves out what it cannot decide, and says that something is missing', async () => {
    const server = await runningServer({ flags: sampleFlags })

    const answer = await answerOf(server, {
      distinct_id: 'ada',
      flag_keys_to_evaluate: ['needs-posthog', 'beta', 'after-beta', 'device', 'half'],
    })

    expect(Object.keys(answer.flags)).toEqual(['half'])
    expect(answer.errorsWhileComputingFlags).toBe(true)
  })

  it('leaves out inactive and unknown flags without a word', async () => {
    const server = await runningServer({ flags: sampleFlags })

    const answer = await answerOf(server, {
      distinct_id: 'ada',
      flag_keys_to_evaluate: ['retired', 'no-such-flag', 'half'],
    })

    expect(Object.keys(answer.flags)).toEqual(['half'])
    expect(answer.errorsWhileComputingFlags).toBe(false)
  })

  it.each([
    [{}, ['browser', 'server', 'backend']],
    [{ evaluation_runtime: 'server' }, ['server', 'backend']],
    [{ evaluation_runtime: 'client' }, ['browser', 'backend']],
    [{ evaluation_contexts: ['docs', 'backend'] }, ['browser', 'server', 'backend']],
    [{ evaluation_contexts: ['docs'] }, ['browser', 'server']],
  ])('leaves out what is meant for somewhere else than %j', async (place, keys) => {
    const flags: FlagFile = {
      flags: {
        browser: { evaluation_runtime: 'client' },
        server: { evaluation_runtime: 'server' },
        backend: { evaluation_contexts: ['backend'] },
      },
    }
    const server = await runningServer({ flags })

    const answer = await answerOf(server, { distinct_id: 'ada', ...place })

    expect(Object.keys(answer.flags)).toEqual(keys)
    expect(answer.errorsWhileComputingFlags).toBe(false)
  })

  it.each([true, false])('passes on whether minimal events are wanted: %s', async (wanted) => {
    const server = await runningServer({ flags: { flags: {}, minimal_flag_called_events: wanted } })

    const answer = await answerOf(server, { distinct_id: 'ada' })

    expect(answer['minimalFlagCalledEvents']).toBe(wanted ? true : undefined)
  })

  it.each<[PropertyFilter, unknown, unknown]>([
    [{ key: 'p', value: 'pro' }, 'PRO', 'free'],
    [{ key: 'p', value: ['a', 'b'], operator: 'is_not' }, 'c', 'b'],
    [{ key: 'p', value: 'example', operator: 'icontains' }, 'an EXAMPLE', 'none'],
    [{ key: 'p', value: 'x', operator: 'not_icontains' }, 'abc', 'aXc'],
    [{ key: 'p', value: 'x', operator: 'starts_with' }, 'xyz', 'zyx'],
    [{ key: 'p', value: 'x', operator: 'not_starts_with' }, 'zyx', 'xyz'],
    [{ key: 'p', value: 'x', operator: 'ends_with' }, 'zyx', 'xyz'],
    [{ key: 'p', value: 'x', operator: 'not_ends_with' }, 'xyz', 'zyx'],
    [{ key: 'p', value: '^a+$', operator: 'regex' }, 'aaa', 'aab'],
    [{ key: 'p', value: '^a+$', operator: 'not_regex' }, 'aab', 'aaa'],
    [{ key: 'p', value: 5, operator: 'gt' }, 6, 5],
    [{ key: 'p', value: 5, operator: 'gte' }, 5, 4],
    [{ key: 'p', value: 5, operator: 'lt' }, 4, 5],
    [{ key: 'p', value: 5, operator: 'lte' }, 5, 6],
    [{ key: 'p', value: '2020-01-01', operator: 'is_date_before' }, '2019-12-31', '2020-01-02'],
    [{ key: 'p', value: '-7d', operator: 'is_date_after' }, new Date(), '2020-01-01'],
    [{ key: 'p', value: '1.2.3', operator: 'semver_eq' }, 'v1.2.3', '1.2.4'],
    [{ key: 'p', value: '1.2.3', operator: 'semver_neq' }, '1.2.4', '1.2.3'],
    [{ key: 'p', value: '1.2.3', operator: 'semver_gt' }, '1.10.0', '1.2.3'],
    [{ key: 'p', value: '1.2.3', operator: 'semver_gte' }, '1.2.3', '1.2.2'],
    [{ key: 'p', value: '1.2.3', operator: 'semver_lt' }, '1.2.2', '1.2.3'],
    [{ key: 'p', value: '1.2.3', operator: 'semver_lte' }, '1.2.3', '1.10.0'],
    [{ key: 'p', value: '1.2.3', operator: 'semver_tilde' }, '1.2.9', '1.3.0'],
    [{ key: 'p', value: '1.2.3', operator: 'semver_caret' }, '1.9.0', '2.0.0'],
    [{ key: 'p', value: '1.2.*', operator: 'semver_wildcard' }, '1.2.9', '1.3.0'],
  ])('tells %j from %j and %j', async (filter, matching, other) => {
    const server = await runningServer({ flags: fileWithFilter(filter) })

    const on = await answerOf(server, { distinct_id: 'ada', person_properties: { p: matching } })
    const off = await answerOf(server, { distinct_id: 'ada', person_properties: { p: other } })

    expect([on.flags['flag']?.enabled, off.flags['flag']?.enabled]).toEqual([true, false])
  })

  it.each([
    ['is_set', true],
    ['is_not_set', false],
  ] as const)('tells by %s that a property is there', async (operator, value) => {
    const server = await runningServer({ flags: fileWithFilter({ key: 'p', operator }) })

    const answer = await answerOf(server, { distinct_id: 'ada', person_properties: { p: null } })

    expect(answer.flags['flag']?.enabled).toBe(value)
  })
})

describe('definitions of a flags file', () => {
  it('are its full definitions, with what is not given as PostHog has it by default', async () => {
    const server = await runningServer({
      flags: { ...sampleFlags, $schema: 'x.json', minimal_flag_called_events: true },
    })

    const { flags, ...others } = await definitionsOf(server)

    const { cohorts, group_type_mapping, property_matching_version } = sampleFlags
    expect(others).toEqual({
      cohorts,
      group_type_mapping,
      property_matching_version,
      minimal_flag_called_events: true,
    })
    expect(flags).toHaveLength(12)
    expect(flags[0]).toEqual({
      ...sampleFlags.flags[0],
      team_id: 1,
      deleted: false,
      ensure_experience_continuity: false,
    })
    expect(flags[1]).toMatchObject({
      id: 2,
      key: 'hero',
      version: 1,
      active: true,
      has_experiment: false,
      filters: { payloads: { a: '"A"', gold: '{"badge":true}' } },
    })
  })
})

interface FlagsAnswer {
  readonly flags: Record<string, { enabled: boolean; variant: string | null } | undefined>
  readonly errorsWhileComputingFlags: boolean
  readonly [member: string]: unknown
}

async function answerOf(server: DevServer, request: object): Promise<FlagsAnswer> {
  const { status, body } = await post(server, '/flags/?v=2', { token: 'phc_test', ...request })
  expect(status).toBe(200)
  return body as FlagsAnswer
}
