import express from 'express'
import { type App, listen } from '../app.ts'
import { HandWrittenPageviews } from '../hand-written.ts'
import { cart, productPage } from '../site.ts'

/** A pageview that is counted by hand, in an event as large as Hedgerow's. */
export async function start(host: string): Promise<App> {
  const pageviews = new HandWrittenPageviews(host, { isFull: true })
  const app = express()
  app.get('/products/:slug', (req, res) => {
    pageviews.count(req)
    res.send(productPage(req.params.slug, []))
  })
  app.get('/api/cart', (_req, res) => res.json(cart))
  return { port: await listen(app), flush: () => pageviews.flush() }
}
