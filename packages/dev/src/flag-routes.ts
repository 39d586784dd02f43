import { Hono, type MiddlewareHandler } from 'hono'
import { etag } from 'hono/etag'
import { HTTPException } from 'hono/http-exception'
import { crossOrigin } from './cross-origin.ts'
import { decodeBody } from './decode-body.ts'
import { definitionsBody } from './definitions.ts'
import { distinctIdFrom } from './distinct-id.ts'
import { evaluatedFlagsBody } from './evaluated-flags.ts'
import type { EventLog } from './event-log.ts'
import type { FlagSource } from './flag-source.ts'
import { isJsonRecord } from './json-record.ts'
import { readBody } from './read-body.ts'
import { requireToken } from './token.ts'

const DEFINITION_PATHS = ['/flags/definitions', '/api/feature_flag/local_evaluation']

/** Remote evaluation, and the definitions for local evaluation under their present and their older path. */
export function flagRoutes(flags: FlagSource, log: EventLog): Hono {
  const routes = new Hono({ strict: false })

  routes.on(['OPTIONS', 'POST'], '/flags', crossOrigin, async (c) => {
    const { distinctId, keys } = parseFlagsRequest(await decodeBody(await readBody(c.req.raw)))
    log.appendFlagsCall({ endpoint: new URL(c.req.url).pathname, distinctId, keys })
    return c.json(evaluatedFlagsBody(flags(), keys, Date.now()))
  })

  routes.on('GET', DEFINITION_PATHS, secretKeyRequired, etag(), (c) => {
    const token = c.req.query('token')
    if (token !== undefined) requireToken(token)
    return c.json(definitionsBody(flags()))
  })

  return routes
}

function parseFlagsRequest(body: unknown): { distinctId: string; keys: string[] | null } {
  if (!isJsonRecord(body)) throw new HTTPException(400, { message: 'The body must be a JSON object.' })
  requireToken(body['token'] ?? body['api_key'])
  const distinctId = distinctIdFrom(body['distinct_id'], 'The request')
  const keys = body['flag_keys_to_evaluate'] ?? null
  if (keys === null || isTextArray(keys)) return { distinctId, keys }
  throw new HTTPException(400, { message: 'flag_keys_to_evaluate must be an array of flag keys.' })
}

function isTextArray(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((member) => typeof member === 'string')
}

const secretKeyRequired: MiddlewareHandler = async (c, next) => {
  if (!/^Bearer ph[xs]_\S+$/i.test(c.req.header('authorization') ?? '')) {
    throw new HTTPException(401, {
      message:
        'Definitions need a secret key: send Authorization: Bearer with a key that begins with phx_ or phs_.',
    })
  }
  await next()
}
