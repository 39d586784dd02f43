import { Suspense } from 'react'
import { hedgerow, HedgerowBootstrap } from '../../hedgerow.js'

export default function Shop() {
  return (
    <main>
      <h1>Shop</h1>
      <Suspense>
        <HedgerowBootstrap nonce="bm9uY2U=" />
        <Visitor />
      </Suspense>
    </main>
  )
}

async function Visitor() {
  const { distinctId, flags } = await hedgerow()
  return <p>{`id=${distinctId};hero=${flags.getFlag('hero')};`}</p>
}
