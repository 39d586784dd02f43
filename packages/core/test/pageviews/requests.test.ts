import { readFile } from 'node:fs/promises'
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
