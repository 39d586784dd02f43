import { redirect } from 'next/navigation'
import { hedgerow, requireFlag } from '../../hedgerow.js'

const refusals = {
  'not-found': 'not-found',
  redirect: { redirect: '/plain' },
  own: () => redirect('/who'),
}

async function join() {
  'use server'
  await requireFlag('beta', { otherwise: { redirect: '/plain' } })
  const scope = await hedgerow()
  scope.capture('joined')
}

export default async function Beta({ searchParams }) {
  const { otherwise, variant } = await searchParams
  if (!otherwise) return <form action={join} />
  await requireFlag('beta', { otherwise: refusals[otherwise], variant })
  return <p>beta</p>
}
