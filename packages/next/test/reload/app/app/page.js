import { hedgerow } from '../hedgerow.js'

const edition = 0

export default async function Home() {
  const scope = await hedgerow()
  scope.capture('seen', { edition })
  return <p>{`edition ${edition};`}</p>
}
