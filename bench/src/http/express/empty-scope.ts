import { AsyncLocalStorage } from 'node:async_hooks'
import express from 'express'
import { type App, listen, nothing } from '../app.ts'
import { cart, productPage } from '../site.ts'

/** A scope with nothing in it: each request has a context of its own, whose end is heard of. */
export async function start(): Promise<App> {
  const scopes = new AsyncLocalStorage<object>()
  const app = express()
  app.use((_req, res, next) => {
    const scope = { hasEnded: false }
    res.on('close', () => (scope.hasEnded = true))
    scopes.run(scope, next)
  })
  app.get('/products/:slug', (req, res) => res.send(productPage(req.params.slug, [])))
  app.get('/api/cart', (_req, res) => res.json(cart))
  return { port: await listen(app), flush: nothing }
}
