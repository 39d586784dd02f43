import type { FlagSubject } from '@hedgerow/core/evaluation'
import { HTTPException } from 'hono/http-exception'
import { distinctIdFrom } from './distinct-id.ts'
import { isJsonRecord, type JsonRecord } from './json-record.ts'
import { requireToken } from './token.ts'

/** What `POST /flags` asks. */
export interface FlagsRequest {
  /** The flags wanted; `null`: all. */
  readonly keys: readonly string[] | null
  readonly subject: FlagSubject
  /** Where the asker stands; empty: it does not say. */
  readonly contexts: readonly string[]
  /** What the asker says it is, such as `server`. */
  readonly runtime: unknown
}

/**
 * Reads the body of `POST /flags`.
 *
 * @throws HTTPException 401 without a usable token, 400 for anything else that is not usable.
 */
export function flagsRequestFrom(body: unknown): FlagsRequest {
  if (!isJsonRecord(body)) throw refused('The body must be a JSON object.')
  requireToken(body['token'] ?? body['api_key'])
  return {
    keys: textsFrom(body, 'flag_keys_to_evaluate', 'flag keys') ?? null,
    subject: {
      distinctId: distinctIdFrom(body['distinct_id'], 'The request'),
      groups: groupsFrom(body),
      personProperties: personPropertiesFrom(body),
      groupProperties: groupPropertiesFrom(body),
    },
    contexts: textsFrom(body, 'evaluation_contexts', 'names') ?? [],
    runtime: body['evaluation_runtime'],
  }
}

/** SDKs give the device beside the properties, too. */
function personPropertiesFrom(body: JsonRecord): JsonRecord {
  const properties = objectFrom(body, 'person_properties')
  const device = body['$device_id']
  return device === undefined || Object.hasOwn(properties, '$device_id')
    ? properties
    : { ...properties, $device_id: device }
}

function groupsFrom(body: JsonRecord): Record<string, string> {
  const groups = Object.entries(objectFrom(body, 'groups')).map(([type, key]) => {
    if (typeof key === 'string' || typeof key === 'number') return [type, String(key)] as const
    throw refused('groups must be an object of group keys by group type, each key a string.')
  })
  return Object.fromEntries(groups)
}

function groupPropertiesFrom(body: JsonRecord): Record<string, JsonRecord> {
  const properties = Object.entries(objectFrom(body, 'group_properties')).map(([type, members]) => {
    if (isJsonRecord(members)) return [type, members] as const
    throw refused('group_properties must be an object of properties by group type, each an object.')
  })
  return Object.fromEntries(properties)
}

function objectFrom(body: JsonRecord, name: string): JsonRecord {
  const value = body[name] ?? {}
  if (isJsonRecord(value)) return value
  throw refused(`${name} must be an object.`)
}

function textsFrom(body: JsonRecord, name: string, content: string): string[] | undefined {
  const value = body[name] ?? undefined
  if (value === undefined) return undefined
  if (Array.isArray(value) && value.every((member) => typeof member === 'string')) return value
  throw refused(`${name} must be an array of ${content}.`)
}

function refused(message: string): HTTPException {
  return new HTTPException(400, { message })
}
