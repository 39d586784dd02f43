import { hedgerow } from '../../../../hedgerow.js'

export default async function Product({ params, searchParams }) {
  if ((await searchParams).boom) throw new TypeError('no product')
  await hedgerow()
  return <p>{(await params).id}</p>
}
