'use client'

import { posthog } from 'posthog-js'
import { useEffect } from 'react'

/** Who the server says the visitor is. */
interface PostHogBrowserProps {
  /** Left out on pages that are the same for everybody: posthog-js has its cookie. */
  readonly visitor?: string
  readonly isUser?: boolean
}

/** Starts posthog-js, and tells it of those who sign in and out while the page stays open. */
export function PostHogBrowser({ visitor, isUser = false }: PostHogBrowserProps): null {
  useEffect(() => {
    if (!posthog.__loaded) start()
    else if (visitor === undefined || visitor === posthog.get_distinct_id()) return
    else if (isUser) posthog.identify(visitor)
    else posthog.reset({ bootstrap: { distinctID: visitor } })
  }, [visitor, isUser])
  return null
}

function start(): void {
  const { __hedgerow: bootstrap } = globalThis as { __hedgerow?: object } // of <HedgerowBootstrap>
  posthog.init('phc_example', {
    api_host: '/ingest',
    defaults: '2026-08-30',
    ...(bootstrap && { bootstrap }),
    capture_pageview: false, // the server counts pages
    autocapture: { dom_event_allowlist: ['click'] },
    capture_performance: false,
    advanced_disable_flags: true, // the page brings its flags along
    internal_or_test_user_hostname: null, // here everybody is on this machine
  })
}
