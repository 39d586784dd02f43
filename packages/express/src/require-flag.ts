import { ConfigError, decideGate, type FlagKey } from '@hedgerow/core'
import { type GateOptions, type GateRefusal, resolveGateRule } from '@hedgerow/core/adapter'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { scopeOf } from './middleware.ts'

/** May be asynchronous; what it throws, now or later, goes to Express. */
type Refusal = (req: Request, res: Response, next: NextFunction) => unknown

/** What happens to a request that a gate does not let through; `'next'` is the next route that matches. */
export type Otherwise = GateRefusal<'next' | Refusal>

/** Options of `requireFlag`. */
export type RequireFlagOptions<Key extends FlagKey = FlagKey> = GateOptions<'next' | Refusal, Key>

/**
 * Lets a request through when a flag is enabled for its visitor, loading the flags first if nobody has yet, and asking
 * PostHog for a flag that cannot be decided in this process. Undecided flags close the gate, unless `whenUnknown` says
 * `'allow'`.
 *
 * @throws ConfigError at once for a key or option that cannot work.
 * @example
 * app.get('/checkout', requireFlag('new-checkout', { otherwise: 'next' }), newCheckout)
 * app.get('/checkout', oldCheckout)
 */
export function requireFlag<Key extends FlagKey>(
  key: Key,
  options: RequireFlagOptions<Key> = {},
): RequestHandler {
  const rule = resolveGateRule<Key>('requireFlag', { ...options, key })
  const { name = 'hedgerow' } = options
  const refuse = refusalOf(options.otherwise ?? 'not-found')

  return function requireFlag(req, res, next) {
    const scope = scopeOf(req, name)
    if (!scope) {
      return next(
        new ConfigError(
          `requireFlag('${key}') needs the hedgerow middleware above it; add app.use(hedgerow(client)) before the route`,
        ),
      )
    }
    scope.flags
      .load(key)
      .then((flags) => {
        const { allow } = decideGate<Key>(flags, rule)
        return allow ? next() : refuse(req, res, next)
      })
      .catch(next)
  }
}

function refusalOf(otherwise: Otherwise): Refusal {
  if (typeof otherwise === 'function') return otherwise
  if (otherwise === 'not-found') return (_req, res) => res.sendStatus(404)
  if (otherwise === 'forbidden') return (_req, res) => res.sendStatus(403)
  if (otherwise === 'next') return (_req, _res, next) => next('route')
  if (typeof otherwise?.redirect === 'string') return (_req, res) => res.redirect(otherwise.redirect)
  throw new ConfigError(
    "requireFlag's otherwise must be 'not-found', 'forbidden', 'next', { redirect } or a function",
  )
}
