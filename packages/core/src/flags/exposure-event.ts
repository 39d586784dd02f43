import { campaignParameters } from '../campaign-parameters.ts'
import type { FlagOrigin, FlagResult } from '../flag-snapshot.ts'
import { flagErrorText } from './remote/flag-error.ts'

/** What a read knows beside its result. */
export interface ExposureContext {
  /** What went wrong, in any order: `flag_missing`, `timeout`, … */
  readonly errors: readonly string[]
  /** Groups that the flag was evaluated for, by type. */
  readonly groups: Readonly<Record<string, string>> | undefined
  /** What is known of PostHog's answer, for a flag that is not in it. */
  readonly answer?: Pick<FlagOrigin, 'requestId' | 'evaluatedAt'> | undefined
}

/** All that minimal events keep; the rest of them is for experiments, or can be had from another event. */
const minimalProperties: ReadonlySet<string> = new Set([
  '$feature_flag',
  '$feature_flag_response',
  '$feature_flag_has_experiment',
  '$feature_flag_id',
  '$feature_flag_version',
  '$feature_flag_reason',
  '$feature_flag_request_id',
  '$feature_flag_evaluated_at',
  '$feature_flag_error',
  'locally_evaluated',
  '$groups',
  '$process_person_profile',
  '$geoip_disable',
  '$current_url',
  '$pathname',
  '$referring_domain',
  ...campaignParameters,
  '$session_id',
  '$window_id',
  '$lib',
  '$lib_version',
  '$device_id',
  '$is_server',
])

/** Properties of `$feature_flag_called` for one read; what is not known is left out. */
export function exposureProperties(result: FlagResult, context: ExposureContext): Record<string, unknown> {
  const { key, value, origin } = result
  // A flag that could not be decided has a definition here all the same.
  const evaluation = value === undefined ? undefined : origin
  const hasGroups = context.groups !== undefined && Object.keys(context.groups).length > 0
  return withoutUndefined({
    $feature_flag: key,
    $feature_flag_response: value,
    [`$feature/${key}`]: value,
    locally_evaluated: evaluation?.isLocal ?? false,
    $feature_flag_id: origin?.id,
    $feature_flag_version: evaluation?.version,
    $feature_flag_reason: result.description,
    $feature_flag_request_id: (evaluation ?? context.answer)?.requestId,
    $feature_flag_evaluated_at: (evaluation ?? context.answer)?.evaluatedAt,
    $feature_flag_has_experiment: origin?.hasExperiment,
    $feature_flag_definitions_loaded_at: evaluation?.definitionsLoadedAt,
    $feature_flag_error: flagErrorText(context.errors),
    $groups: hasGroups ? context.groups : undefined,
  })
}

/** The event's properties in their minimal form, which PostHog may ask for; for flags without an experiment alone. */
export function minimalExposure(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => minimalProperties.has(name)))
}

function withoutUndefined(properties: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined))
}
