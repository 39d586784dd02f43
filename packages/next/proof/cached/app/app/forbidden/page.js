import { Suspense } from 'react'
import { connection } from 'next/server'
import { hedgerow } from '../../hedgerow.js'

/** What a cache would hand to others. */
async function visitorOf() {
  'use cache'
  const { distinctId } = await hedgerow()
  return distinctId
}

async function Asked() {
  await connection()
  const answer = await visitorOf().catch((error) => error.message)
  return <p>{`answer: ${answer};`}</p>
}

export default function Forbidden() {
  return (
    <Suspense fallback={<p>wait</p>}>
      <Asked />
    </Suspense>
  )
}
