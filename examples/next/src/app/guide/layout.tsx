import Link from 'next/link'
import type { ReactNode } from 'react'
import { guide } from '../../guide.ts'
import { PostHogBrowser } from '../../posthog-browser.tsx'
import { ShopHeader } from '../../shop-header.tsx'

/** The frame of the guide, which is the same for everybody and made when the shop is built. */
export default function GuideLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <PostHogBrowser />
      <ShopHeader>
        {/* The Pages Router answers this one. */}
        <a href="/delivery">Delivery</a>
      </ShopHeader>
      <div className="frame">
        <main>{children}</main>
        <aside>
          <h2>In this guide</h2>
          <ul className="contents">
            {guide.map(({ slug, title }) => (
              <li key={slug}>
                <Link href={`/guide/${slug}`}>{title}</Link>
              </li>
            ))}
          </ul>
        </aside>
      </div>
    </>
  )
}
