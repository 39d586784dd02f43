import express from 'express'
import { type App, listen, nothing } from '../app.ts'
import { cart, productPage } from '../site.ts'

/** The app as it is without analytics. */
export async function start(): Promise<App> {
  const app = express()
  app.get('/products/:slug', (req, res) => res.send(productPage(req.params.slug, [])))
  app.get('/api/cart', (_req, res) => res.json(cart))
  return { port: await listen(app), flush: nothing }
}
