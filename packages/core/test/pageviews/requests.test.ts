import { readFile } from 'node:fs/promises'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pageFacts } from '../request/open-scope.ts'
import { page, startPageviews } from './pageview-setup.ts'

/** A request as its source documents it; what comes back is a page of HTML. */
interface Row {
  readonly name: string
  readonly method?: string
  readonly path?: string
  readonly headers: Readonly<Record<string, string>>
  readonly counts: boolean
  readonly reason: string
  readonly source: string
}

const rows = JSON.parse(await readFile(new URL('requests.json', import.meta.url), 'utf8')) as Row[]

describe('the corpus of requests', () => {
  it('has more than 80 of them, each with a name of its own and a source', () => {
    expect(rows.length).toBeGreaterThan(80)
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length)
    expect(rows.filter(({ source }) => !/^.+: .+/.test(source))).toEqual([])
  })

  it.each(rows)('$name: $reason', async ({ method = 'GET', path = '/page', headers, counts, reason }) => {
    const { end, events, verdicts } = await startPageviews()
    const header = (name: string) => (Object.hasOwn(headers, name) ? headers[name] : undefined)

    end(pageFacts({}, { method, path, header }), page)

    expect(verdicts()).toEqual([`${counts ? 'counted' : 'not counted'}, reason: ${reason}`])
    expect((await events()).map(({ event }) => event)).toEqual(counts ? ['$pageview'] : [])
  })
})

describe('any request', () => {
  const names = [
    'accept',
    'sec-fetch-dest',
    'sec-fetch-mode',
    'sec-purpose',
    'upgrade',
    'x-requested-with',
    'hx-boosted',
  ]

  it('gets exactly one verdict, and one pageview or none', async () => {
    const { end, events, verdicts } = await startPageviews({ bots: 'tag' }, { flushAt: 100_000 })
    const value = fc.oneof(
      fc.constantFrom('document', 'empty', 'navigate', 'text/html', '*/*', 'true'),
      fc.string(),
    )
    const headers = fc.dictionary(fc.constantFrom(...names), value)
    const method = fc.constantFrom('GET', 'HEAD', 'POST', 'get', '')
    const status = fc.integer({ min: 100, max: 599 })

    fc.assert(
      fc.property(
        headers,
        method,
        fc.webPath(),
        status,
        fc.boolean(),
        (headers, method, path, status, completed) => {
          const header = (name: string) => (Object.hasOwn(headers, name) ? headers[name] : undefined)
          end(pageFacts({}, { method, path, header }), { ...page, status, completed })
        },
      ),
      { numRuns: 500 },
    )

    expect(verdicts()).toHaveLength(500)
    expect(await events()).toHaveLength(verdicts().filter((verdict) => verdict.startsWith('counted')).length)
  })

  it('is judged in less than a millisecond, however long its headers are', async () => {
    const { end } = await startPageviews({}, { logLevel: 'warn' })
    const texts = [
      ' '.repeat(16_000),
      'text/htm'.repeat(2_000),
      '*/* '.repeat(4_000),
      `/${'.js'.repeat(5_000)}x`,
      'prefetc'.repeat(2_000),
    ]
    const rounds = 20

    const start = performance.now()
    for (let round = 0; round < rounds; round++) {
      for (const text of texts) {
        const header = (name: string) =>
          names.includes(name) && !name.startsWith('sec-fetch') ? text : undefined
        end(pageFacts({}, { path: text, header }), { ...page, contentType: text, contentDisposition: text })
      }
    }

    expect((performance.now() - start) / (rounds * texts.length)).toBeLessThan(1)
  })
})
