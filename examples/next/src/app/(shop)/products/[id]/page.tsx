import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { addToCart } from '../../../../actions.ts'
import { priceText, productById } from '../../../../catalogue.ts'
import { ProductPicture } from '../../../../product-card.tsx'

interface ProductPageProps {
  readonly params: Promise<{ id: string }>
}

/** The title of a product's page. */
export async function generateMetadata({ params }: ProductPageProps): Promise<Metadata> {
  return { title: productById((await params).id)?.name ?? 'Not found' }
}

/** The page of one product. */
export default async function ProductPage({ params }: ProductPageProps) {
  const product = productById((await params).id) ?? notFound()
  return (
    <article className="product">
      <ProductPicture product={product} />
      <div>
        <h1>{product.name}</h1>
        <p className="tagline">{product.tagline}</p>
        <p>{product.description}</p>
        <p className="price">{priceText(product.cents)}</p>
        <form action={addToCart}>
          <input type="hidden" name="product" value={product.id} />
          <button>Add to cart</button>
        </form>
      </div>
    </article>
  )
}
