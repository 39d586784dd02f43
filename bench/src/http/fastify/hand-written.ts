import fastify from 'fastify'
import type { App } from '../app.ts'
import { HandWrittenPageviews, type HandWrittenOptions } from '../hand-written.ts'
import { cart, productPage } from '../site.ts'
import { listen, type ProductRoute } from './listen.ts'

/** A pageview that is counted by hand. */
export async function start(host: string, options?: HandWrittenOptions): Promise<App> {
  const pageviews = new HandWrittenPageviews(host, options)
  const app = fastify()
  app.get<ProductRoute>('/products/:slug', (request, reply) => {
    pageviews.count(request.raw)
    return reply.type('text/html; charset=utf-8').send(productPage(request.params.slug, []))
  })
  app.get('/api/cart', (_request, reply) => reply.send(cart))
  return { port: await listen(app), flush: () => pageviews.flush() }
}
