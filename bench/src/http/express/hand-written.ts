import express from 'express'
import { type App, listen } from '../app.ts'
import { HandWrittenPageviews, type HandWrittenOptions } from '../hand-written.ts'
import { cart, productPage } from '../site.ts'

/** A pageview that is counted by hand. */
export async function start(host: string, options?: HandWrittenOptions): Promise<App> {
  const pageviews = new HandWrittenPageviews(host, options)
  const app = express()
  app.get('/products/:slug', (req, res) => {
    pageviews.count(req)
    res.send(productPage(req.params.slug, []))
  })
  app.get('/api/cart', (_req, res) => res.json(cart))
  return { port: await listen(app), flush: () => pageviews.flush() }
}
