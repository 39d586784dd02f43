import { AsyncLocalStorage } from 'node:async_hooks'
import fastify from 'fastify'
import { type App, nothing } from '../app.ts'
import { cart, productPage } from '../site.ts'
import { listen, type ProductRoute } from './listen.ts'

/** A scope with nothing in it: each request has a context of its own, whose end is heard of. */
export async function start(): Promise<App> {
  const scopes = new AsyncLocalStorage<object>()
  const app = fastify()
  app.addHook('onRequest', (_request, reply, done) => {
    const scope = { hasEnded: false }
    reply.raw.on('close', () => (scope.hasEnded = true))
    scopes.run(scope, done)
  })
  app.get<ProductRoute>('/products/:slug', (request, reply) =>
    reply.type('text/html; charset=utf-8').send(productPage(request.params.slug, [])),
  )
  app.get('/api/cart', (_request, reply) => reply.send(cart))
  return { port: await listen(app), flush: nothing }
}
