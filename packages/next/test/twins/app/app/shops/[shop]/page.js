import { hedgerow } from '../../../hedgerow.js'

export const generateStaticParams = () => [{ shop: 'north' }]

export default async function Shop({ params }) {
  const { shop } = await params
  return (
    <p>
      {shop}, {typeof hedgerow}
    </p>
  )
}
