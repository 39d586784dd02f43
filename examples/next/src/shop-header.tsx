import Link from 'next/link'
import type { ReactNode } from 'react'

/** The head of a page. @param children what is this visitor's own. */
export function ShopHeader({ children }: { children?: ReactNode }) {
  return (
    <header>
      <Link className="brand" href="/">
        <img src="/favicon.svg" alt="" width="28" height="28" />
        Bramble &amp; Twine
      </Link>
      <nav>
        <Link href="/">Home</Link>
        <Link href="/guide">Guide</Link>
        {children}
      </nav>
    </header>
  )
}
