import type { Metadata } from 'next'
import Link from 'next/link'
import { cartLines } from '../../../cart.ts'
import { CartTable } from '../../../cart-table.tsx'
import { currentSession } from '../../../current-session.ts'

export const metadata: Metadata = { title: 'Cart' }

/** What is in the cart. */
export default async function CartPage() {
  const lines = cartLines((await currentSession()).cart)
  if (lines.length === 0) {
    return (
      <>
        <h1>Your cart is empty</h1>
        <p>
          <Link href="/">See what there is</Link>
        </p>
      </>
    )
  }
  return (
    <>
      <h1>Your cart</h1>
      <CartTable lines={lines} />
      <p>
        <Link className="button" href="/checkout">
          Check out
        </Link>
      </p>
    </>
  )
}
