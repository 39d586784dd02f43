import { describe, expect, it } from 'vitest'
import { platforms } from './platforms.ts'
import { startSite } from './test-site.ts'

describe.each(platforms)('Idiom 10: an application on $name that listens', (platform) => {
  it('is told once when nothing would tell it of its end', async () => {
    const reported: unknown[] = []
    const site = await startSite(platform, { client: { onError: (...error) => void reported.push(error) } })

    const lines = site.runtime.lines.filter(({ line }) => line.includes('shutdown-hooks-off'))

    expect(lines.map(({ line }) => line)).toEqual([
      '[hedgerow] shutdown-hooks-off: nobody listens for SIGTERM, so the last events are lost when the process is stopped; call app.enableShutdownHooks() before app.listen()',
    ])
    expect(reported).toHaveLength(1)
  })

  it('is told nothing when its shutdown hooks are on', async () => {
    const site = await startSite(platform, { prepare: (app) => app.enableShutdownHooks() })

    expect(site.runtime.lines).toEqual([])
  })
})
