import { describe, expect, it } from 'vitest'
import type { FlagOrigin, FlagResult } from '../flag-snapshot.ts'
import { exposureProperties, minimalExposure } from './exposure-event.ts'

const nothingElse = { errors: [], groups: undefined }

const remoteOrigin: FlagOrigin = {
  isLocal: false,
  id: 7,
  version: 3,
  hasExperiment: true,
  requestId: '0190a1b2-0000-7000-8000-000000000001',
  evaluatedAt: 1718454645123,
  definitionsLoadedAt: undefined,
}

const localOrigin: FlagOrigin = {
  isLocal: true,
  id: 7,
  version: undefined,
  hasExperiment: false,
  requestId: undefined,
  evaluatedAt: 1718454645123,
  definitionsLoadedAt: 1718454600000,
}

function resultOf(given: Partial<FlagResult>): FlagResult {
  return {
    key: 'hero',
    value: 'blue',
    payload: { x: 1 },
    reason: 'evaluated',
    undecided: undefined,
    description: 'Matched condition set 1',
    code: 'condition_match',
    origin: remoteOrigin,
    ...given,
  }
}

describe('the exposure of a flag', () => {
  it('that PostHog evaluated says what PostHog said', () => {
    const properties = exposureProperties(resultOf({}), { errors: [], groups: { company: 'acme' } })

    expect(Object.entries(properties)).toEqual([
      ['$feature_flag', 'hero'],
      ['$feature_flag_response', 'blue'],
      ['$feature/hero', 'blue'],
      ['locally_evaluated', false],
      ['$feature_flag_id', 7],
      ['$feature_flag_version', 3],
      ['$feature_flag_reason', 'Matched condition set 1'],
      ['$feature_flag_request_id', '0190a1b2-0000-7000-8000-000000000001'],
      ['$feature_flag_evaluated_at', 1718454645123],
      ['$feature_flag_has_experiment', true],
      ['$groups', { company: 'acme' }],
    ])
  })

  it('that was evaluated here says by which definitions', () => {
    const result = resultOf({ value: false, description: 'Evaluated locally', origin: localOrigin })

    expect(Object.entries(exposureProperties(result, nothingElse))).toEqual([
      ['$feature_flag', 'hero'],
      ['$feature_flag_response', false],
      ['$feature/hero', false],
      ['locally_evaluated', true],
      ['$feature_flag_id', 7],
      ['$feature_flag_reason', 'Evaluated locally'],
      ['$feature_flag_evaluated_at', 1718454645123],
      ['$feature_flag_has_experiment', false],
      ['$feature_flag_definitions_loaded_at', 1718454600000],
    ])
  })

  it('that could not be decided here was not evaluated here', () => {
    const result = resultOf({
      value: undefined,
      reason: 'undecided',
      undecided: 'missing_context',
      description: undefined,
      code: undefined,
      origin: localOrigin,
    })
    const context = { errors: ['local_evaluation_inconclusive'], groups: undefined }

    expect(exposureProperties(result, context)).toEqual({
      $feature_flag: 'hero',
      locally_evaluated: false,
      $feature_flag_id: 7,
      $feature_flag_has_experiment: false,
      $feature_flag_error: 'local_evaluation_inconclusive',
    })
  })

  it('that nobody knows names it, and the error', () => {
    const unknown = resultOf({
      value: undefined,
      reason: 'unknown',
      description: undefined,
      origin: undefined,
    })

    const properties = exposureProperties(unknown, { errors: ['flag_missing'], groups: {} })

    expect(Object.keys(properties)).toEqual(['$feature_flag', 'locally_evaluated', '$feature_flag_error'])
    expect(properties['locally_evaluated']).toBe(false)
  })

  it.each([
    [[], undefined],
    [['timeout'], 'timeout'],
    [['flag_missing', 'errors_while_computing_flags'], 'errors_while_computing_flags,flag_missing'],
    [
      ['flag_missing', 'quota_limited', 'errors_while_computing_flags'],
      'errors_while_computing_flags,quota_limited,flag_missing',
    ],
    [['flag_missing', 'local_evaluation_inconclusive'], 'local_evaluation_inconclusive'],
    [['api_error_503', 'local_evaluation_inconclusive'], 'local_evaluation_inconclusive,api_error_503'],
    [['connection_error', 'flag_missing'], 'connection_error'],
    [['timeout', 'flag_missing', 'quota_limited'], 'quota_limited,timeout'],
    [['quota_limited', 'quota_limited'], 'quota_limited'],
  ])('with the errors %j says %j', (errors, text) => {
    const properties = exposureProperties(resultOf({}), { errors, groups: undefined })

    expect(properties['$feature_flag_error']).toBe(text)
    expect(Object.hasOwn(properties, '$feature_flag_error')).toBe(text !== undefined)
  })
})

describe('a minimal exposure', () => {
  it('keeps what it is about, where it happened and where the visitor came from, and nothing else', () => {
    const kept = {
      $feature_flag: 'hero',
      $feature_flag_response: 'blue',
      $feature_flag_has_experiment: false,
      $feature_flag_id: 7,
      $feature_flag_version: 3,
      $feature_flag_reason: 'Matched condition set 1',
      $feature_flag_request_id: 'request',
      $feature_flag_evaluated_at: 1718454645123,
      $feature_flag_error: 'quota_limited',
      locally_evaluated: false,
      $groups: { company: 'acme' },
      $process_person_profile: false,
      $geoip_disable: true,
      $current_url: 'https://example.com/',
      $pathname: '/',
      $referring_domain: '$direct',
      $session_id: 'session',
      $window_id: 'window',
      $lib: 'hedgerow-node',
      $lib_version: '1.2.3',
      $device_id: 'device',
      $is_server: true,
      utm_source: 'mail',
      gclid: 'click',
      li_fat_id: 'click',
      _kx: 'click',
      oppref: 'click',
    }
    const left = {
      '$feature/hero': 'blue',
      '$feature/other': true,
      $feature_flag_definitions_loaded_at: 1718454600000,
      $host: 'example.com',
      $referrer: '$direct',
      $raw_user_agent: 'Firefox',
      plan: 'pro',
    }

    expect(minimalExposure({ ...left, ...kept })).toEqual(kept)
  })
})
