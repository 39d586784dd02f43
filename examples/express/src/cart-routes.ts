import { Router } from 'express'
import { addToCart, cartLines } from './cart.ts'
import { cartTable } from './cart-table.ts'
import { productById } from './catalogue.ts'
import { formField } from './form-field.ts'
import { html } from './html.ts'
import type { SendPage } from './page-sender.ts'

/** The cart: what is in it, and putting something in. */
export function cartRoutes(sendPage: SendPage): Router {
  const router = Router()

  router.get('/', async (req, res) => {
    const lines = cartLines(req.session.cart)
    await sendPage(req, res, {
      title: 'Cart',
      body:
        lines.length === 0
          ? html`<h1>Your cart is empty</h1>
              <p><a href="/">See what there is</a></p>`
          : html`<h1>Your cart</h1>
              ${cartTable(lines)}
              <p><a class="button" href="/checkout">Check out</a></p>`,
    })
  })

  router.post('/', (req, res, next) => {
    const product = productById(formField(req, 'product'))
    if (!product) return next()
    addToCart(req.session.cart, product)
    req.hedgerow.capture('product added', {
      product: product.id,
      value: product.cents / 100,
      currency: 'EUR',
    })
    res.redirect(303, '/cart')
  })

  return router
}
