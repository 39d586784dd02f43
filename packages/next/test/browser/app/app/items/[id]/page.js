import { Suspense } from 'react'

export default function Item({ params }) {
  return (
    <Suspense>
      <Name params={params} />
    </Suspense>
  )
}

async function Name({ params }) {
  const { id } = await params
  return <p>item {id}</p>
}
