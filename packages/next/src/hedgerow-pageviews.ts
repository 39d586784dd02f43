'use client'

import { usePathname } from 'next/navigation.js'
import { createElement, type ReactElement, Suspense, useEffect } from 'react'

// What a browser has, as far as this looks at it: all types of the DOM would be everybody's.
declare const location: { readonly href: string }
declare const performance: { getEntriesByType(type: 'navigation'): readonly { readonly name: string }[] }

/** Properties of `HedgerowPageviews`. */
export interface HedgerowPageviewsProps {
  /** Where the application has its ingest route, with the application's own `basePath` before it. @default '/ingest' */
  readonly ingest?: string
}

/** What this document has shown last, as React forgets it when another layout takes over. */
const shown: { page: URL | undefined } = { page: undefined }

/**
 * Has the server count the pages that a visitor goes to without loading them anew. What was loaded is counted by the proxy.
 * Render it once, in the root layout or in `pages/_app`; it makes no page dynamic.
 *
 * @example
 * <body>{children}<HedgerowPageviews /></body>
 */
export function HedgerowPageviews({ ingest = '/ingest' }: HedgerowPageviewsProps): ReactElement {
  // Where parameters of a path are not known yet, Next.js has to be let wait for them.
  return createElement(Suspense, null, createElement(Navigations, { ingest }))
}

function Navigations({ ingest }: Required<HedgerowPageviewsProps>): null {
  const pathname = usePathname()
  useEffect(() => {
    const page = new URL(location.href)
    const from = shown.page ?? loadedPage()
    shown.page = page
    if (page.pathname !== from.pathname) report(`${ingest}/visit`, page, from)
  }, [ingest, pathname])
  return null
}

/** The page that the server was asked for; by now the visitor may be on another. */
function loadedPage(): URL {
  const [navigation] = performance.getEntriesByType('navigation')
  return new URL(navigation?.name ?? location.href)
}

function report(address: string, page: URL, from: URL): void {
  const body = JSON.stringify({ path: page.pathname + page.search, from: from.pathname + from.search })
  // Answered or not, there is nothing left to do; the browser's console has the failure.
  fetch(address, { method: 'POST', body, keepalive: true }).catch(() => {})
}
