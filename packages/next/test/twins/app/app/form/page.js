import { redirect } from 'next/navigation'
import { hedgerow } from '../../hedgerow.js'

async function order(form) {
  'use server'
  const scope = await hedgerow()
  scope.capture('ordered', { item: form.get('item') })
  redirect('/plain')
}

export default function Form() {
  return (
    <form action={order}>
      <input name="item" />
    </form>
  )
}
