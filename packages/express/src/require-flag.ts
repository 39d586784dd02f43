import { ConfigError, decideGate, type FlagKey, type GateRule } from '@hedgerow/core'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { scopeOf } from './middleware.ts'

/** May be asynchronous; what it throws, now or later, goes to Express. */
type Refusal = (req: Request, res: Response, next: NextFunction) => unknown

/** What happens to a request that a gate does not let through. */
export type Otherwise =
  | 'not-found'
  | 'forbidden'
  /** The next route that matches. */
  | 'next'
  | { readonly redirect: string }
  | Refusal

/** Options of `requireFlag`. */
export interface RequireFlagOptions<Key extends FlagKey = FlagKey> extends Omit<GateRule<Key>, 'key'> {
  /** @default 'not-found' */
  readonly otherwise?: Otherwise | undefined
  /** Of the client whose flag it is, where there are several. @default 'hedgerow' */
  readonly name?: string | undefined
}

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
  const text: string = key
  if (typeof text !== 'string' || text === '')
    throw new ConfigError('requireFlag needs the key of a flag, a non-empty string')
  const { variant, whenUnknown = 'deny', name = 'hedgerow' } = options
  if (variant !== undefined && typeof variant !== 'string')
    throw new ConfigError("requireFlag's variant must be the name of a variant, a string")
  if (whenUnknown !== 'deny' && whenUnknown !== 'allow')
    throw new ConfigError("requireFlag's whenUnknown must be 'deny' or 'allow'")
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
        const { allow } = decideGate<Key>(flags, { key, variant, whenUnknown })
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
