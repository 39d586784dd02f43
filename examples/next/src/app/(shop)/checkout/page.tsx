import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { placeOrder } from '../../../actions.ts'
import { cartLines } from '../../../cart.ts'
import { CartTable } from '../../../cart-table.tsx'
import { currentSession } from '../../../current-session.ts'
import { requireFlag } from '../../../hedgerow.ts'

export const metadata: Metadata = { title: 'Checkout' }

/** The checkout, for whom the flag `new-checkout` is on; there is no other yet. */
export default async function CheckoutPage() {
  await requireFlag('new-checkout', { otherwise: { redirect: '/cart' } })
  const lines = cartLines((await currentSession()).cart)
  if (lines.length === 0) redirect('/cart')
  return (
    <>
      <p className="badge">New: everything on one page</p>
      <h1>Checkout</h1>
      <CartTable lines={lines} />
      <form action={placeOrder}>
        <button>Place order</button>
      </form>
    </>
  )
}
