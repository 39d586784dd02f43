import { priceText, type Product } from './catalogue.ts'
import { type Html, html } from './html.ts'

/** A product in a list, linking to its page. */
export function productCard(product: Product): Html {
  return html`<li class="card">
    <a href="/products/${product.id}">
      ${productPicture(product)}
      <strong>${product.name}</strong>
      <span class="tagline">${product.tagline}</span>
      <span class="price">${priceText(product.cents)}</span>
    </a>
  </li>`
}

/** The drawing of a product, in the colours of the page. */
export function productPicture(product: Product): Html {
  return html`<svg class="picture" viewBox="0 0 64 64" aria-hidden="true">
    <use href="/products.svg#${product.id}" />
  </svg>`
}
