import { describe, expect, it } from 'vitest'
import { HedgerowClient, type IngestProxyOptions } from '../../src/index.ts'

describe('static assets and all else come from', () => {
  it.each([
    [undefined, {}, 'https://us-assets.i.posthog.com', 'https://us.i.posthog.com'],
    ['https://us.i.posthog.com/', {}, 'https://us-assets.i.posthog.com', 'https://us.i.posthog.com'],
    ['https://eu.i.posthog.com', {}, 'https://eu-assets.i.posthog.com', 'https://eu.i.posthog.com'],
    ['https://eu.posthog.com', {}, 'https://eu-assets.i.posthog.com', 'https://eu.posthog.com'],
    ['https://app.posthog.com', {}, 'https://us-assets.i.posthog.com', 'https://app.posthog.com'],
    ['https://eu.i.posthog.com.example.com', {}, 'https://eu.i.posthog.com.example.com', undefined],
    ['http://localhost:8000/posthog', {}, 'http://localhost:8000/posthog', undefined],
    [
      'https://ph.example.com',
      { assetHost: 'https://cdn.example.com/ph/' },
      'https://cdn.example.com/ph',
      undefined,
    ],
  ] as [string | undefined, IngestProxyOptions, string, string | undefined][])(
    'host %s with %j: %s',
    async (host, options, assets, others = host) => {
      const urls: string[] = []
      const fetch = async (url: string) => {
        urls.push(url)
        return new Response('{}')
      }
      const client = new HedgerowClient('phc_test', { host, fetch, logLevel: 'error' })
      const proxy = client.ingestProxy(options)
      const get = (path: string) => proxy.fetch(new Request(`https://shop.example/ingest${path}`))

      await get('/static/array.js?v=1')
      await get('/array/phc_test/config.js')
      await get('/api/surveys/?token=phc_test')

      expect(urls).toEqual([
        `${assets}/static/array.js?v=1`,
        `${assets}/array/phc_test/config.js`,
        `${others}/api/surveys/?token=phc_test`,
      ])
    },
  )
})

describe('what posthog-js calls passes', () => {
  it.each([
    ...['/e/', '/s/', '/i/v0/e/', '/batch/', '/capture/', '/track/', '/engage/', '/decide/?v=3'],
    ...['/flags/?v=2&config=true', '/flags', '/i/v1/logs?token=phc_test', '/i/v1/metrics?token=phc_test'],
    '/api/conversations/v1/widget/message',
  ])('POST %s', async (target) => {
    expect(await statusOf('POST', target)).toBe(200)
  })

  it.each([
    ...['/static/array.js', '/static/1.449.2/lazy-recorder.js', '/static/toolbar.js?v=1&t=2'],
    ...['/array/phc_test/config', '/array/phc_test/config.js', '/array/phc_test/array.js'],
    ...['/api/surveys/?token=phc_test', '/api/early_access_features/?token=phc_test&stage=beta'],
    ...['/api/web_experiments/?token=phc_test', '/api/product_tours/?token=phc_test'],
    ...['/site_app/12/token/hash/', '/api/conversations/v1/widget/messages/a-b/read'],
  ])('GET %s', async (target) => {
    expect(await statusOf('GET', target)).toBe(200)
  })
})

async function statusOf(method: string, target: string): Promise<number> {
  const client = new HedgerowClient('phc_test', { fetch: async () => new Response('{}') })
  const request = new Request(`https://shop.example/ingest${target}`, { method })
  return (await client.ingestProxy().fetch(request)).status
}
