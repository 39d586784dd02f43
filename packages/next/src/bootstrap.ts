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
    if (isFetched(await headers())) return null
    const [, script = ''] = /^<script[^>]*>(.*)<\/script>$/s.exec(scope.bootstrapScript(nonce)) ?? []
    return createElement('script', {
      nonce,
      // Browsers hide the nonce from scripts, so that React would find another one.
      suppressHydrationWarning: true,
      dangerouslySetInnerHTML: { __html: script },
    })
  }
}

/** Whether this is for a page that is open already: React adds no script there that would run. */
function isFetched(sent: Pick<Headers, 'get'>): boolean {
  // A service worker fetches what the browser opens, and says so.
  return sent.get('sec-fetch-dest') === 'empty' && sent.get('sec-fetch-mode') !== 'navigate'
}
