import { headers } from 'next/headers.js'
import { createElement, type ReactElement } from 'react'
import type { CurrentScope } from './current-scope.ts'

/** Properties of `HedgerowBootstrap`. */
export interface HedgerowBootstrapProps {
  /** Of the page's content security policy. */
  readonly nonce?: string | undefined
}

/** A server component that tells posthog-js who the visitor is. */
export type HedgerowBootstrap = (props: HedgerowBootstrapProps) => Promise<ReactElement | null>

/** Makes the component of one client. */
export function bootstrapComponent(current: CurrentScope): HedgerowBootstrap {
  return async function HedgerowBootstrap({ nonce }) {
    const scope = await current.find()
    if (!isOpened(await headers())) return null
    const [, script = ''] = /^<script[^>]*>(.*)<\/script>$/s.exec(scope.bootstrapScript(nonce)) ?? []
    return createElement('script', {
      nonce,
      // Browsers hide the nonce from scripts, so that React would find another one.
      suppressHydrationWarning: true,
      dangerouslySetInnerHTML: { __html: script },
    })
  }
}

/** Whether the script would run, and for one visitor. */
function isOpened(sent: Pick<Headers, 'get' | 'has'>): boolean {
  // A page that is forced to be static is told of no request: it would make one visitor of all.
  if (!sent.has('host')) return false
  // React adds no script that runs to a page that is open already. A service worker fetches what is opened, and says so.
  return sent.get('sec-fetch-dest') !== 'empty' || sent.get('sec-fetch-mode') === 'navigate'
}
