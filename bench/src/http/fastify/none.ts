import fastify from 'fastify'
import { type App, nothing } from '../app.ts'
import { cart, productPage } from '../site.ts'
import { listen, type ProductRoute } from './listen.ts'

/** The app as it is without analytics. */
export async function start(): Promise<App> {
  const app = fastify()
  app.get<ProductRoute>('/products/:slug', (request, reply) =>
    reply.type('text/html; charset=utf-8').send(productPage(request.params.slug, [])),
  )
  app.get('/api/cart', (_request, reply) => reply.send(cart))
  return { port: await listen(app), flush: nothing }
}
