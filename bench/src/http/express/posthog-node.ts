import express from 'express'
import { setupExpressRequestContext } from 'posthog-node'
import { type App, listen } from '../app.ts'
import { cookieDistinctId, postHogClient } from '../posthog-node-client.ts'
import { cart, flagKeys, productPage } from '../site.ts'

/** posthog-node as it is documented for Express: its request context, one evaluation and one captured event a page. */
export async function start(host: string): Promise<App> {
  const client = await postHogClient(host)
  const app = express()
  setupExpressRequestContext(client, app)
  // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express 5 takes care of what rejects
  app.get('/products/:slug', async (req, res) => {
    const distinctId = cookieDistinctId(req)
    const flags = await client.evaluateFlags(distinctId, { flagKeys: [...flagKeys] })
    const values = flagKeys.map((key) => flags.getFlag(key))
    client.capture({ distinctId, event: '$pageview', flags })
    res.send(productPage(req.params.slug, values))
  })
  app.get('/api/cart', (_req, res) => res.json(cart))
  return { port: await listen(app), flush: () => client.flush() }
}
