import { ConfigError, type FlagKey, type RequestScope } from '@hedgerow/core'
import type { preHandlerHookHandler } from 'fastify'
import { createGate, type FlagGateOptions } from './flag-gate.ts'

/** Options of `requireFlag`. */
export type RequireFlagOptions<Key extends FlagKey = FlagKey> = FlagGateOptions<Key>

/**
 * Lets a request through when a flag is enabled for its visitor, as a hook: use it where the order of hooks matters, or
 * for all routes of a plugin; a single route can name its flag in its `config`. The flags are loaded first if nobody has
 * yet, and undecided ones close the gate, unless `whenUnknown` says `'allow'`.
 *
 * @throws ConfigError at once for a key or option that cannot work.
 * @example
 * app.get('/beta', { preHandler: [app.authenticate, requireFlag('beta')] }, beta)
 * shop.addHook('preHandler', requireFlag('shop', { otherwise: { redirect: '/soon' } }))
 */
export function requireFlag<Key extends FlagKey>(
  key: Key,
  options: RequireFlagOptions<Key> = {},
): preHandlerHookHandler {
  const gate = createGate('requireFlag', key, options)
  const { name = 'hedgerow' } = options

  return function requireFlag(request, reply, done) {
    // Null where the plugin is switched off, and not there at all where it is not registered.
    const scope = Reflect.get(request, name) as RequestScope | null | undefined
    if (scope) return gate(scope, request, reply, done)
    done(
      new ConfigError(
        `requireFlag('${key}') needs request.${name}; register hedgerow for this route, and do not switch it off there`,
      ),
    )
  }
}
