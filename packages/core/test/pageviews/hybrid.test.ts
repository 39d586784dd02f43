import { describe, expect, it } from 'vitest'
import type { RequestScope } from '../../src/index.ts'
import { pageFacts } from '../request/open-scope.ts'
import { page, startPageviews } from './pageview-setup.ts'

interface Counted {
  readonly path: string
  readonly by: 'server' | 'browser'
}

/** A site where some pages carry the browser's script, and a browser that counts those which it gets. */
async function startHybrid(hasScript: (path: string) => boolean) {
  const setup = await startPageviews({ mode: 'hybrid' })
  const counted: Counted[] = []
  return {
    setup,
    navigate(path: string, headers: Readonly<Record<string, string>> = {}, isBrowser = true) {
      let body = '<h1>page</h1>'
      setup.end(pageFacts(headers, { path }), page, (scope: RequestScope) => {
        if (hasScript(path)) body += scope.bootstrapScript()
      })
      if (isBrowser && body.includes('<script')) counted.push({ path, by: 'browser' })
    },
    /** Everything that was counted, by path. */
    async counted() {
      for (const { event, properties } of await setup.events()) {
        if (event === '$pageview') counted.push({ path: String(properties['$pathname']), by: 'server' })
      }
      return counted.toSorted((one, other) => one.path.localeCompare(other.path))
    },
  }
}

describe('in hybrid mode', () => {
  it('each navigation is counted once: by the browser where it got the script, else by the server', async () => {
    const { navigate, counted } = await startHybrid((path) => path.startsWith('/app'))

    for (const path of ['/', '/app', '/app/settings', '/docs', '/pricing']) navigate(path)

    expect(await counted()).toEqual([
      { path: '/', by: 'server' },
      { path: '/app', by: 'browser' },
      { path: '/app/settings', by: 'browser' },
      { path: '/docs', by: 'server' },
      { path: '/pricing', by: 'server' },
    ])
  })

  it('what only asked for data is counted by neither', async () => {
    const { navigate, counted, setup } = await startHybrid(() => true)

    navigate('/app', { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' }, false)
    navigate('/app', { 'sec-purpose': 'prefetch' }, false)

    expect(await counted()).toEqual([])
    expect(setup.verdicts()).toEqual(['not counted, reason: sec-fetch', 'not counted, reason: prefetch'])
  })

  it('a page of the browser says so, and its own events are captured here', async () => {
    const setup = await startPageviews({ mode: 'hybrid' })

    setup.end(pageFacts(), page, (scope) => {
      scope.bootstrapScript()
      scope.capture('order placed')
    })

    expect(setup.verdicts()).toEqual(['not counted, reason: browser'])
    expect((await setup.events()).map(({ event }) => event)).toEqual(['order placed'])
  })

  it('a bot, which runs no script, is treated as `bots` says', async () => {
    const setup = await startPageviews({ mode: 'hybrid', bots: 'tag' })

    setup.end(pageFacts({ 'user-agent': 'Googlebot/2.1' }), page, (scope) => void scope.bootstrapScript())

    expect((await setup.events()).map(({ event }) => event)).toEqual(['$bot_pageview'])
  })

  it('the script changes nothing in mode server, which counts every page', async () => {
    const setup = await startPageviews({ mode: 'server' })

    setup.end(pageFacts(), page, (scope) => void scope.bootstrapScript())

    expect((await setup.events()).map(({ event }) => event)).toEqual(['$pageview'])
  })
})
