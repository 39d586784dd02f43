'use client'

import { hedgerow } from './hedgerow.js'

export function Cart() {
  return <button onClick={() => void hedgerow()}>cart</button>
}
