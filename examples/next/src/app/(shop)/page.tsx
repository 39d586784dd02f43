import { catalogue } from '../../catalogue.ts'
import { hedgerow } from '../../hedgerow.ts'
import { ProductCard } from '../../product-card.tsx'

/** The shelf, with a headline that the flag `hero` decides. */
export default async function HomePage() {
  const { flags } = await hedgerow()
  const hero =
    (await flags.load('hero')).getFlag('hero') === 'b'
      ? {
          headline: 'The garden starts at the back door.',
          text: 'Six things that earn their hook in the shed.',
        }
      : { headline: 'Good tools, small garden.', text: 'Made to be used, mended and handed on.' }
  return (
    <>
      <section className="hero">
        <h1>{hero.headline}</h1>
        <p>{hero.text}</p>
      </section>
      <ul className="products">
        {catalogue.map((product) => (
          <ProductCard key={product.id} product={product} />
        ))}
      </ul>
    </>
  )
}
