import { permanentRedirect } from 'next/navigation'
import { hedgerow } from '../../hedgerow.js'

export default async function MovedForGood() {
  await hedgerow()
  permanentRedirect('/plain')
}
