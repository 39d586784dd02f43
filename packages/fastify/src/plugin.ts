import type { Hedgerow, RequestScope } from '@hedgerow/core'
import { attachClient } from '@hedgerow/core/adapter'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { appLog } from './app-log.ts'
import { type HedgerowPluginOptions, splitPluginOptions } from './plugin-options.ts'
import { RequestScopes } from './request-scopes.ts'
import type { HedgerowRouteConfig } from './route-config.ts'
import { switchOff } from './switch-off.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who the visitor is and what their flags say; set by the `hedgerow` plugin, null where that is switched off. */
    hedgerow: RequestScope
  }
  interface FastifyInstance {
    /** The client that the `hedgerow` plugin was given, or has created. */
    hedgerow: Hedgerow
  }
  interface FastifyContextConfig {
    /** A route's flag and what it counts as; false: the route has no scope. */
    hedgerow?: HedgerowRouteConfig | false | undefined
  }
}

/**
 * Gives every request a scope on `request.hedgerow`, and captures one server pageview when the response of a page has
 * closed. Set `trustProxy` as your deployment needs it: address, protocol and host are what Fastify reports by that
 * option. It never fails a request.
 *
 * Registration rejects with a `ConfigError` for an option that cannot work, and for a name that is taken.
 *
 * @example
 * await app.register(hedgerow, { client, identity: { resolve: (request) => request.session.userId } })
 * app.get('/', (request, reply) => reply.type('text/html').send(request.hedgerow.flags.isEnabled('hero') ? a : b))
 * app.get('/beta', { config: { hedgerow: { flag: 'beta' } } }, beta)
 */
export const hedgerow: FastifyPluginAsync<HedgerowPluginOptions> = fp(plugin, {
  name: '@hedgerow/fastify',
  fastify: '^4.24.0 || ^5.0.0',
})

async function plugin(app: FastifyInstance, given: HedgerowPluginOptions): Promise<void> {
  if (given.enabled === false) return switchOff(app, given.name)
  const { attach, waitForFlagsMs } = splitPluginOptions(given)
  const isOwn = attach.client === undefined && 'token' in attach
  const { client, layer, close } = attachClient(
    isOwn ? { ...attach, runtime: { ...appLog(app), ...attach.runtime } } : attach,
  )
  app.addHook('onClose', async () => {
    const { pending } = await close()
    // A client that is shut down says so itself.
    if (pending > 0 && !isOwn) warnOfLoss(app, pending)
  })
  const { name } = layer
  if (app.hasRequestDecorator(name) || app.hasDecorator(name)) throw layer.nameTaken()

  const scopes = new RequestScopes(layer)
  app.decorate(name, client)
  app.decorateRequest(name, null)
  app.addHook('onRoute', scopes.prepareRoute)
  app.addHook('onRequest', scopes.open)
  app.addHook('preHandler', scopes.admitOthers)
  app.addHook('onError', scopes.observe)
  if (waitForFlagsMs !== undefined) app.addHook('onReady', () => waitForFlags(app, client, waitForFlagsMs))
}

function warnOfLoss(app: FastifyInstance, pending: number): void {
  app.log.warn(
    `[hedgerow] close: events were not sent before the app closed: ${pending}; the client keeps them until it is shut down`,
  )
}

async function waitForFlags(app: FastifyInstance, client: Hedgerow, timeoutMs: number): Promise<void> {
  if (await client.waitForLocalEvaluationReady(timeoutMs)) return
  app.log.warn(
    `[hedgerow] definitions: there were no flag definitions within ${timeoutMs} ms, so the app starts without them; flags have their defaults until they are loaded`,
  )
}
