import { Router } from 'express'
import { catalogue, productById } from './catalogue.ts'

/** The catalogue as JSON. No pageview comes of it: nobody has looked at a page. */
export function apiRoutes(): Router {
  const router = Router()

  router.get('/products', (_req, res) => {
    res.json({ products: catalogue })
  })

  router.get('/products/:id', (req, res) => {
    const product = productById(req.params.id)
    if (product) res.json(product)
    else res.status(404).json({ error: 'There is no such product.' })
  })

  router.use((_req, res) => {
    res.status(404).json({ error: 'There is no such address in the API.' })
  })

  return router
}
