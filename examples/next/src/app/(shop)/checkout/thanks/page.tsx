import type { Metadata } from 'next'
import Link from 'next/link'

export const metadata: Metadata = { title: 'Thank you' }

/** After an order. */
export default function ThanksPage() {
  return (
    <>
      <h1>Thank you</h1>
      <p>Your order is placed. Nothing will be sent: this is an example.</p>
      <p>
        <Link href="/">Back to the shop</Link>
      </p>
    </>
  )
}
