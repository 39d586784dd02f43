import Link from 'next/link'
import type { ReactNode } from 'react'
import { signOut } from '../../actions.ts'
import { cartSize } from '../../cart.ts'
import { currentSession } from '../../current-session.ts'
import { hedgerow, HedgerowBootstrap } from '../../hedgerow.ts'
import { PostHogBrowser } from '../../posthog-browser.tsx'
import { RequestPanel } from '../../request-panel.tsx'
import { ShopHeader } from '../../shop-header.tsx'

/** The frame of pages that are made for one visitor. */
export default async function ShopLayout({ children }: { children: ReactNode }) {
  const { distinctId, isIdentified } = await hedgerow()
  const size = cartSize((await currentSession()).cart)
  return (
    <>
      <HedgerowBootstrap />
      <PostHogBrowser visitor={distinctId} isUser={isIdentified} />
      <ShopHeader>
        <Link href="/cart">Cart{size > 0 && <span className="count">{size}</span>}</Link>
        {isIdentified ? (
          <form action={signOut}>
            <button className="quiet">Sign out</button>
          </form>
        ) : (
          <Link href="/sign-in">Sign in</Link>
        )}
      </ShopHeader>
      <div className="frame">
        <main>{children}</main>
        <RequestPanel />
      </div>
    </>
  )
}
