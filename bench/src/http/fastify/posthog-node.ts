import fastify from 'fastify'
import type { App } from '../app.ts'
import { cookieDistinctId, postHogClient } from '../posthog-node-client.ts'
import { cart, flagKeys, productPage } from '../site.ts'
import { listen, type ProductRoute } from './listen.ts'

/** posthog-node as it is documented; it has no integration for Fastify, so the handler says what an event knows of its request. */
export async function start(host: string): Promise<App> {
  const client = await postHogClient(host)
  const app = fastify()
  app.get<ProductRoute>('/products/:slug', async (request, reply) => {
    const distinctId = cookieDistinctId(request.raw)
    const flags = await client.evaluateFlags(distinctId, { flagKeys: [...flagKeys] })
    const values = flagKeys.map((key) => flags.getFlag(key))
    client.capture({
      distinctId,
      event: '$pageview',
      properties: {
        $current_url: `${request.protocol}://${request.host}${request.url}`,
        $request_method: request.method,
        $user_agent: request.headers['user-agent'],
        $ip: request.ip,
      },
      flags,
    })
    return reply.type('text/html; charset=utf-8').send(productPage(request.params.slug, values))
  })
  app.get('/api/cart', (_request, reply) => reply.send(cart))
  return { port: await listen(app), flush: () => client.flush() }
}
