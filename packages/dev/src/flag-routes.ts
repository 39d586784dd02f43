import { Hono, type MiddlewareHandler } from 'hono'
import { etag } from 'hono/etag'
import { HTTPException } from 'hono/http-exception'
import { crossOrigin } from './cross-origin.ts'
import { decodeBody } from './decode-body.ts'
import type { EventLog } from './event-log.ts'
import { explainFlags } from './explain-flags.ts'
import { decideFlags } from './flag-decision.ts'
import type { FlagSource } from './flag-source.ts'
import { flagsAnswer } from './flags-answer.ts'
import { flagsRequestFrom } from './flags-request.ts'
import { readBody } from './read-body.ts'
import { requireToken } from './token.ts'

const DEFINITION_PATHS = ['/flags/definitions', '/api/feature_flag/local_evaluation']

/** Remote evaluation, and the definitions for local evaluation under their present and their older path. */
export function flagRoutes(flags: FlagSource, log: EventLog): Hono {
  const routes = new Hono({ strict: false })

  routes.on(['OPTIONS', 'POST'], '/flags', crossOrigin, async (c) => {
    const request = flagsRequestFrom(await decodeBody(await readBody(c.req.raw)))
    const loaded = flags()
    const now = Date.now()
    const decisions = decideFlags(loaded, request, now)
    log.appendFlagsCall({
      endpoint: new URL(c.req.url).pathname,
      distinctId: request.subject.distinctId,
      keys: request.keys,
      ...explainFlags(decisions),
    })
    return c.json(flagsAnswer(decisions, loaded.definitions.minimal_flag_called_events === true, now))
  })

  routes.on('GET', DEFINITION_PATHS, secretKeyRequired, etag(), (c) => {
    const token = c.req.query('token')
    if (token !== undefined) requireToken(token)
    return c.json(flags().definitions)
  })

  return routes
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
