import { hedgerow } from '@hedgerow/fastify'
import fastify from 'fastify'
import type { App } from '../app.ts'
import { hedgerowClient } from '../hedgerow-client.ts'
import { cart, flagKeys, productPage } from '../site.ts'
import { listen, type ProductRoute } from './listen.ts'

/** Hedgerow's plugin, which counts pages; they read ten flags of their visitor. */
export async function start(host: string): Promise<App> {
  const client = await hedgerowClient(host)
  const app = fastify()
  await app.register(hedgerow, { client })
  app.get<ProductRoute>('/products/:slug', (request, reply) => {
    const { flags } = request.hedgerow
    const values = flagKeys.map((key) => flags.getFlag(key))
    return reply.type('text/html; charset=utf-8').send(productPage(request.params.slug, values))
  })
  app.get('/api/cart', (_request, reply) => reply.send(cart))
  return { port: await listen(app), flush: () => client.flush() }
}
