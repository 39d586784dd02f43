import { hedgerow } from '../../hedgerow.js'

export const dynamic = 'force-static'

/** Asks for a visitor although it is made once for all. */
export default async function Forced() {
  const scope = await hedgerow()
  scope.capture('nobody came')
  return <p>made once, {typeof scope.capture}</p>
}
