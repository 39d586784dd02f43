import Link from 'next/link'
import { priceText, type Product } from './catalogue.ts'

/** A product in a list, linking to its page. */
export function ProductCard({ product }: { product: Product }) {
  return (
    <li className="card">
      <Link href={`/products/${product.id}`}>
        <ProductPicture product={product} />
        <strong>{product.name}</strong>
        <span className="tagline">{product.tagline}</span>
        <span className="price">{priceText(product.cents)}</span>
      </Link>
    </li>
  )
}

/** The drawing of a product, in the colours of the page. */
export function ProductPicture({ product }: { product: Product }) {
  return (
    <svg className="picture" viewBox="0 0 64 64" aria-hidden="true">
      <use href={`/products.svg#${product.id}`} />
    </svg>
  )
}
