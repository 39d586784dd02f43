import { Suspense } from 'react'
import { setTimeout } from 'node:timers/promises'
import { hedgerow } from '../../hedgerow.js'

async function Visitor() {
  const scope = await hedgerow()
  await setTimeout(200)
  scope.capture('shown')
  return <p>{`visitor ${scope.distinctId};`}</p>
}

/** A shell for everybody, around what is one visitor's. */
export default function Partly() {
  return (
    <main>
      <p>for everybody</p>
      <Suspense fallback={<p>wait</p>}>
        <Visitor />
      </Suspense>
    </main>
  )
}
