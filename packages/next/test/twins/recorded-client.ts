import { documentHeaders, recordedNextRequests, visitorCookie } from 'testkit'
import { describe, expect, it } from 'vitest'
import type { TwinSites } from './twin-sites.ts'

/** The pages that a visitor saw in each step of a recorded visit, as far as their server can tell. */
const seen: readonly (readonly [step: string, pages: readonly string[]])[] = [
  ['a page is opened', ['/']],
  ['it is loaded again', ['/']],
  ['a link to a static page is clicked', []],
  ['a link to a dynamic page is clicked', []],
  ['a page with links is opened, which are fetched ahead of time', ['/links']],
  ['a page with a form is opened', ['/form']],
  ['an action is called', []],
  ['a form searches', []],
  ['a page of the Pages Router is opened', ['/legacy']],
  ['a link of the Pages Router is clicked', []],
  ['a page is opened, which has another prerendered', ['/speculation']],
  ['a page is opened where scripts are off', ['/form']],
  ['an action is called where scripts are off', []],
]

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

/** Next.js takes off what tells its requests apart before the proxy sees them; a page is counted once all the same. */
export function describeRecordedClient(twins: TwinSites): void {
  describe('P9: what Chromium and the client of Next.js asked for in a recorded visit', async () => {
    const recorded = await recordedNextRequests(16)

    it('is all looked at', () => {
      expect(seen.map(([step]) => step)).toEqual([...new Set(recorded.map(({ step }) => step))])
    })

    it.each(seen)('when %s shows the visitor %j', async (step, pages) => {
      const visitor = `replays ${step}`
      for (const { method, target, headers } of recorded.filter((one) => one.step === step)) {
        await twins.ask('with', target.replace(/(?<=\/_next\/data\/)[^/]+/, 'twin'), {
          method,
          headers: {
            ...Object.fromEntries(headers),
            'User-Agent': documentHeaders['user-agent'], // the one of the recording says that nobody watches
            ...visitorCookie(visitor),
          },
        })
      }

      expect(await twins.pagesOf(visitor)).toEqual(pages)
    })
  })

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
