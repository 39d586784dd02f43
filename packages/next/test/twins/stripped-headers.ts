import { expect, it } from 'vitest'
import type { TwinSites } from './twin-sites.ts'

/** What of Next.js's own a request carries, and what its proxy is shown of that. */
const marks = {
  rsc: '1',
  'next-router-state-tree': '%5B%22%22%5D',
  'next-router-prefetch': '1',
  'next-router-segment-prefetch': '/_tree',
  'next-hmr-refresh': '1',
  'next-url': '/',
  'next-action': '00',
  'x-nextjs-data': '1',
  'x-middleware-prefetch': '1',
  purpose: 'prefetch',
  'sec-purpose': 'prefetch',
}

/** Why a proxy cannot go by the headers of Next.js alone. */
export function describeStrippedHeaders(twins: TwinSites): void {
  it('P9: the proxy is not shown the headers and the parameter by which Next.js knows its own requests', async () => {
    const plain = await twins.ask('with', '/headers?a=1')
    const marked = await twins.ask('with', '/headers?a=1&_rsc=1', { headers: marks })

    const [url, ...before] = JSON.parse(plain.body) as string[]
    const [markedUrl, ...names] = JSON.parse(marked.body) as string[]
    expect(markedUrl).toBe(url)
    expect(names.filter((name) => !before.includes(name)).toSorted()).toEqual([
      'next-action',
      'next-url',
      'purpose',
      'sec-purpose',
      'x-middleware-prefetch',
    ])
  })
}
