import { Suspense } from 'react'
import { setTimeout } from 'node:timers/promises'
import { hedgerow } from '../../hedgerow.js'

async function Late() {
  await hedgerow()
  await setTimeout(50)
  throw new TypeError('no such part')
}

export default function BrokenLate() {
  return (
    <Suspense fallback={<p>wait</p>}>
      <Late />
    </Suspense>
  )
}
