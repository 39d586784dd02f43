import { notFound } from 'next/navigation'
import { hedgerow } from '../../hedgerow.js'

export default async function Missing() {
  await hedgerow()
  notFound()
}
