import { requireFlag } from '@hedgerow/express'
import { type RequestHandler, Router } from 'express'
import { cartCents, cartLines, cartSize } from './cart.ts'
import { cartTable } from './cart-table.ts'
import { priceText } from './catalogue.ts'
import { html } from './html.ts'
import type { SendPage } from './page-sender.ts'

const placeOrderButton = html`<form method="post" action="/checkout"><button>Place order</button></form>`

/** The checkout, twice: in one page for whom the flag `new-checkout` is on, in two steps for everybody else. */
export function checkoutRoutes(sendPage: SendPage): Router {
  const router = Router()

  router.get('/', needsCart, requireFlag('new-checkout', { otherwise: 'next' }), async (req, res) => {
    await sendPage(req, res, {
      title: 'Checkout',
      body: html`<p class="badge">New: everything on one page</p>
        <h1>Checkout</h1>
        ${cartTable(cartLines(req.session.cart))} ${placeOrderButton}`,
    })
  })

  router.get('/', needsCart, async (req, res) => {
    await sendPage(req, res, {
      title: 'Checkout, step 1 of 2',
      body: html`<p class="badge">Step 1 of 2</p>
        <h1>Review your cart</h1>
        ${cartTable(cartLines(req.session.cart))}
        <p><a class="button" href="/checkout/confirm">Continue</a></p>`,
    })
  })

  router.get('/confirm', needsCart, async (req, res) => {
    await sendPage(req, res, {
      title: 'Checkout, step 2 of 2',
      body: html`<p class="badge">Step 2 of 2</p>
        <h1>Confirm your order</h1>
        <p>The total is ${priceText(cartCents(req.session.cart))}.</p>
        ${placeOrderButton}`,
    })
  })

  router.post('/', needsCart, async (req, res) => {
    const { cart } = req.session
    // Reading the flag attaches it to the event, so that orders can be compared by checkout.
    const flags = await req.hedgerow.flags.load()
    req.hedgerow.capture('order placed', {
      value: cartCents(cart) / 100,
      currency: 'EUR',
      items: cartSize(cart),
      checkout: flags.isEnabled('new-checkout') ? 'one page' : 'two steps',
    })
    cart.clear()
    res.redirect(303, '/checkout/thanks')
  })

  router.get('/thanks', async (req, res) => {
    await sendPage(req, res, {
      title: 'Thank you',
      body: html`<h1>Thank you</h1>
        <p>Your order is placed. Nothing will be sent: this is an example.</p>
        <p><a href="/">Back to the shop</a></p>`,
    })
  })

  return router
}

const needsCart: RequestHandler = (req, res, next) => {
  if (cartSize(req.session.cart) === 0) res.redirect(303, '/cart')
  else next()
}
