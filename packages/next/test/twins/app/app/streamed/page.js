import { Suspense } from 'react'
import { setTimeout } from 'node:timers/promises'
import { hedgerow } from '../../hedgerow.js'

async function Late() {
  const scope = await hedgerow()
  await setTimeout(300)
  scope.capture('shown late')
  return <p>late{'.'.repeat(2000)}</p>
}

export default function Streamed() {
  return (
    <main>
      <p>early</p>
      <Suspense fallback={<p>wait</p>}>
        <Late />
      </Suspense>
    </main>
  )
}
