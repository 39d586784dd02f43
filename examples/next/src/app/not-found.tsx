import Link from 'next/link'
import { ShopHeader } from '../shop-header.tsx'

/** The page for addresses that nothing answers to. */
export default function NotFoundPage() {
  return (
    <>
      <ShopHeader />
      <div className="frame">
        <main>
          <h1>There is nothing here</h1>
          <p>A person who opens this address is counted, as of any other page.</p>
          <p>
            <Link href="/">Back to the shop</Link>
          </p>
        </main>
      </div>
    </>
  )
}
