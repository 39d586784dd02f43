import type { FlagSubject } from '../../flag-snapshot.ts'
import type { ResolvedOptions } from '../../options.ts'
import { serialize, withoutLoneSurrogates } from '../../serialize.ts'
import { isWireRecord, type WireRecord } from '../../wire-record.ts'

/** Most bytes that a subject may take as JSON; properties of this size are a mistake, and may hold themselves many times. */
const mostSubjectBytes = 4 * 1024 * 1024

/** Whose flags are asked for, and which. */
export interface FlagsQuery {
  readonly subject: FlagSubject
  /** True: the address that the request comes from says nothing about the subject. */
  readonly disableGeoip: boolean
  /** @default every flag */
  readonly flagKeys?: readonly string[] | undefined
}

/**
 * The body of `POST /flags/`, whatever the caller's properties hold.
 *
 * @returns undefined when they are too large.
 */
export function flagsBody(
  { subject, disableGeoip, flagKeys }: FlagsQuery,
  { token, evaluationContexts }: Pick<ResolvedOptions, 'token' | 'evaluationContexts'>,
): string | undefined {
  const given = plainCopy({ ...subject, flagKeys })
  if (!given) return undefined
  const groups = recordOf(given['groups'])
  const personProperties = recordOf(given['personProperties'])
  return withoutLoneSurrogates(
    JSON.stringify({
      token,
      distinct_id: given['distinctId'],
      groups,
      person_properties: personProperties,
      group_properties: withGroupKeys(groups, recordOf(given['groupProperties'])),
      geoip_disable: disableGeoip,
      flag_keys_to_evaluate: given['flagKeys'],
      $device_id: personProperties['$device_id'] || undefined,
      evaluation_contexts: evaluationContexts.length > 0 ? evaluationContexts : undefined,
      evaluation_runtime: 'server',
    }),
  )
}

/** What is left of a value on the wire; nothing done with it can throw. */
function plainCopy(value: object): WireRecord | undefined {
  const { json } = serialize(value, mostSubjectBytes)
  return json === undefined ? undefined : recordOf(JSON.parse(json))
}

/** The properties of each group that the subject belongs to, its key among them as a condition may ask for it. */
function withGroupKeys(groups: WireRecord, properties: WireRecord): WireRecord {
  const withKeys = Object.entries(groups).map(([type, key]) => [
    type,
    { $group_key: key, ...recordOf(properties[type]) },
  ])
  // `fromEntries` defines own members, so that a group type `__proto__` stays data.
  return Object.fromEntries(withKeys)
}

function recordOf(value: unknown): WireRecord {
  return isWireRecord(value) ? value : {}
}
