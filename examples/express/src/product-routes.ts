import { Router } from 'express'
import { priceText, productById } from './catalogue.ts'
import { html } from './html.ts'
import type { SendPage } from './page-sender.ts'
import { productPicture } from './product-card.ts'

/** The pages of single products. Their pageviews carry the whole template, `/products/:id`, mounted part included. */
export function productRoutes(sendPage: SendPage): Router {
  const router = Router()

  router.get('/:id', async (req, res, next) => {
    const product = productById(req.params.id)
    if (!product) return next()
    await sendPage(req, res, {
      title: product.name,
      body: html`<article class="product">
        ${productPicture(product)}
        <div>
          <h1>${product.name}</h1>
          <p class="tagline">${product.tagline}</p>
          <p>${product.description}</p>
          <p class="price">${priceText(product.cents)}</p>
          <form method="post" action="/cart">
            <input type="hidden" name="product" value="${product.id}" />
            <button>Add to cart</button>
          </form>
        </div>
      </article>`,
    })
  })

  return router
}
