import { ConfigError, decideGate, type GateRule } from '@hedgerow/core'
import type { NextFunction, Request, RequestHandler, Response } from 'express'

/** What happens to a request that a gate does not let through. */
export type Otherwise =
  | 'not-found'
  | 'forbidden'
  /** The next route that matches. */
  | 'next'
  | { readonly redirect: string }
  | ((req: Request, res: Response, next: NextFunction) => void)

/** Options of `requireFlag`. */
export interface RequireFlagOptions extends Omit<GateRule, 'key'> {
  /** @default 'not-found' */
  readonly otherwise?: Otherwise | undefined
}

/**
 * Lets a request through when a flag is enabled for its visitor, loading the flags first if nobody has yet. Undecided
 * flags close the gate, unless `whenUnknown` says `'allow'`.
 *
 * @throws ConfigError at once for a key or option that cannot work.
 * @example
 * app.get('/checkout', requireFlag('new-checkout', { otherwise: 'next' }), newCheckout)
 * app.get('/checkout', oldCheckout)
 */
export function requireFlag(key: string, options: RequireFlagOptions = {}): RequestHandler {
  if (typeof key !== 'string' || key === '')
    throw new ConfigError('requireFlag needs the key of a flag, a non-empty string')
  const { variant, whenUnknown = 'deny' } = options
  const refuse = refusalOf(options.otherwise ?? 'not-found')

  return function requireFlag(req, res, next) {
    // Typed as always there, which holds only below the middleware.
    const scope: Request['hedgerow'] | undefined = req.hedgerow
    if (!scope) {
      return next(
        new ConfigError(
          `requireFlag('${key}') needs the hedgerow middleware above it; add app.use(hedgerow(client)) before the route`,
        ),
      )
    }
    scope.flags.load().then((flags) => {
      const { allow } = decideGate(flags, { key, variant, whenUnknown })
      return allow ? next() : refuse(req, res, next)
    }, next)
  }
}

function refusalOf(otherwise: Otherwise): (req: Request, res: Response, next: NextFunction) => void {
  if (typeof otherwise === 'function') return otherwise
  if (otherwise === 'not-found') return (_req, res) => void res.sendStatus(404)
  if (otherwise === 'forbidden') return (_req, res) => void res.sendStatus(403)
  if (otherwise === 'next') return (_req, _res, next) => next('route')
  if (typeof otherwise?.redirect === 'string') return (_req, res) => res.redirect(otherwise.redirect)
  throw new ConfigError(
    "requireFlag's otherwise must be 'not-found', 'forbidden', 'next', { redirect } or a function",
  )
}
