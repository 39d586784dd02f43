import { hedgerow } from '@hedgerow/express'
import express from 'express'
import { type App, listen } from '../app.ts'
import { hedgerowClient } from '../hedgerow-client.ts'
import { cart, flagKeys, productPage } from '../site.ts'

/** Hedgerow's middleware, which counts pages; they read ten flags of their visitor. */
export async function start(host: string): Promise<App> {
  const client = await hedgerowClient(host)
  const app = express()
  app.use(hedgerow(client))
  app.get('/products/:slug', (req, res) => {
    const { flags } = req.hedgerow
    const values = flagKeys.map((key) => flags.getFlag(key))
    res.send(productPage(req.params.slug, values))
  })
  app.get('/api/cart', (_req, res) => res.json(cart))
  return { port: await listen(app), flush: () => client.flush() }
}
