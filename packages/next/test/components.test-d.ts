import { createElement } from 'react'
import { createHedgerow } from '../src/index.ts'

const { HedgerowBootstrap } = createHedgerow({ token: 'phc_test' })

// A component that a page may have with a nonce or without, and nothing else.
export const bootstraps = [
  createElement(HedgerowBootstrap),
  createElement(HedgerowBootstrap, { nonce: 'bm9uY2U=' }),
]
// @ts-expect-error
createElement(HedgerowBootstrap, { name: 'shop' })
