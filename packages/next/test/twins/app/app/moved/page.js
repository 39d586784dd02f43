import { redirect } from 'next/navigation'
import { hedgerow } from '../../hedgerow.js'

export default async function Moved() {
  await hedgerow()
  redirect('/plain')
}
