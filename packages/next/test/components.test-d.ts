import { createElement } from 'react'
import { HedgerowPageviews } from '../src/hedgerow-pageviews.ts'
import { createHedgerow } from '../src/index.ts'

const { HedgerowBootstrap } = createHedgerow({ token: 'phc_test' })

// A component that a page may have with a nonce or without, and nothing else.
export const bootstraps = [
  createElement(HedgerowBootstrap),
  createElement(HedgerowBootstrap, { nonce: 'bm9uY2U=' }),
]
// @ts-expect-error
createElement(HedgerowBootstrap, { name: 'shop' })

export const pageviews = [
  createElement(HedgerowPageviews),
  createElement(HedgerowPageviews, { ingest: '/base/ingest' }),
]
// @ts-expect-error
createElement(HedgerowPageviews, { ingest: new URL('http://localhost/') })
