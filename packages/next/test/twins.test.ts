import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeRecordedClient } from './recorded-client-suite.ts'
import { describeBadInput } from './twins/bad-input.ts'
import { describeHostileClient } from './twins/hostile-client.ts'
import { describeLastWords } from './twins/last-words.ts'
import { describeStrippedHeaders } from './twins/stripped-headers.ts'
import { describeTransparency } from './twins/transparency.ts'
import { routesIn, useTwins } from './twins/twin-sites.ts'

const twins = useTwins(join(import.meta.dirname, 'twins/app'))

describe('P27: a production build with Hedgerow mounted everywhere', () => {
  it('has the static and dynamic routes that it has without', () => {
    const routes = routesIn(twins.built.with)

    expect(routes).toEqual(routesIn(twins.built.without))
    expect(routes).toContain('○ /plain')
    expect(routes).toContain('○ /form')
    expect(routes).toContain('○ /client')
    expect(routes).toContain('○ /revalidated')
    expect(routes).toContain('● /shops/north')
    expect(routes).toContain('○ /api/static')
    expect(routes).toContain('○ /forced')
    expect(routes).toContain('ƒ /dynamic')
    expect(routes).toHaveLength(28)
  })

  it('prints nothing about it', () => {
    const remarks = twins.built.with.split('\n').filter((line) => /hedgerow|warn|⚠/i.test(line))

    // Where CI is set Next.js asks for a cache of its builds, with or without Hedgerow.
    expect(remarks.filter((line) => !line.includes('No build cache found'))).toEqual([])
  })
})

describeTransparency(twins)
describeBadInput(twins)
describeStrippedHeaders(twins)
describeRecordedClient(16, {
  get posthog() {
    return twins.posthog
  },
  ask: (path, options) => twins.ask('with', path, options),
  buildId: () => 'twin',
})
describeHostileClient(twins)
describeLastWords(twins)
