import { redirect } from 'next/navigation'
import { requireFlag } from '../../hedgerow.js'
import { join } from './actions.js'

const refusals = {
  'not-found': 'not-found',
  redirect: { redirect: '/plain' },
  own: () => redirect('/who'),
}

export default async function Beta({ searchParams }) {
  const { otherwise, variant } = await searchParams
  if (!otherwise) {
    return (
      <form action={join}>
        <input name="plan" />
      </form>
    )
  }
  await requireFlag('beta', { otherwise: refusals[otherwise], variant })
  return <p>beta</p>
}
