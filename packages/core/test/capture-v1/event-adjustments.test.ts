import { describe, expect, it } from 'vitest'
import type { ClientOptions } from '../../src/index.ts'
import { inTime, startCapture } from '../capture/capture-setup.ts'
import type { CaptureSetup } from '../capture/capture-setup.ts'
import { duplicateKeys } from '../capture/duplicate-keys.ts'
import { pageFacts, scopeOpener } from '../request/open-scope.ts'

const googlebot = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'

async function eventsSent({ client, server, runtime }: CaptureSetup) {
  await inTime(runtime, client.flush())
  for (const { rawBody } of server.requests) expect(duplicateKeys(rawBody.toString())).toEqual([])
  return [...server.events(), ...server.v1Events()]
}

describe.each(['v0', 'v1'] as const)('disable_capture_url_hashes in capture %s', (captureMode) => {
  const urls = {
    $current_url: 'https://shop.test/cart?a=1#items',
    $pathname: '/cart#items',
    $request_path: '/cart#items#more',
    $referrer: 'https://shop.test/#top',
  }
  const others = { note: 'a#b', colour: '#fff', count: 3, list: ['#'] }

  it('cuts everything from # on off URLs and paths, and leaves the rest alone', async () => {
    const setup = await startCapture({ captureMode, disable_capture_url_hashes: true })

    setup.client.capture({ event: '$pageview', distinctId: 'user_1', properties: { ...urls, ...others } })

    expect((await eventsSent(setup))[0]?.properties).toMatchObject({
      $current_url: 'https://shop.test/cart?a=1',
      $pathname: '/cart',
      $request_path: '/cart',
      $referrer: 'https://shop.test/',
      ...{ note: 'a#b', colour: '#fff', count: 3, list: ['#'] },
    })
  })

  it('does so for what is registered and what the context says', async () => {
    const setup = await startCapture({ captureMode, disable_capture_url_hashes: true })
    setup.client.register({ $referrer: urls.$referrer })

    setup.client.withContext({ properties: { $current_url: urls.$current_url } }, () =>
      setup.client.capture({ event: 'a', distinctId: 'user_1' }),
    )

    expect((await eventsSent(setup))[0]?.properties).toMatchObject({
      $current_url: 'https://shop.test/cart?a=1',
      $referrer: 'https://shop.test/',
    })
  })

  it('does so for what before_send adds', async () => {
    const setup = await startCapture({
      captureMode,
      disable_capture_url_hashes: true,
      before_send: (event) => ({ ...event, properties: { $current_url: urls.$current_url } }),
    })

    setup.client.capture({ event: 'a', distinctId: 'user_1' })

    expect((await eventsSent(setup))[0]?.properties['$current_url']).toBe('https://shop.test/cart?a=1')
  })

  it('is off by default', async () => {
    const setup = await startCapture({ captureMode })

    setup.client.capture({ event: '$pageview', distinctId: 'user_1', properties: urls })

    expect((await eventsSent(setup))[0]?.properties).toMatchObject(urls)
  })
})

describe('disable_capture_url_hashes', () => {
  it('passes over a URL that is no text', async () => {
    const setup = await startCapture({ disable_capture_url_hashes: true })

    setup.client.capture({
      event: 'a',
      distinctId: 'user_1',
      properties: { $current_url: 5, $pathname: null },
    })

    expect((await eventsSent(setup))[0]?.properties).toMatchObject({ $current_url: 5, $pathname: null })
  })

  it('leaves the properties of the caller as they are', async () => {
    const setup = await startCapture({ disable_capture_url_hashes: true })
    const properties = { $current_url: 'https://shop.test/#top' }

    setup.client.capture({ event: 'a', distinctId: 'user_1', properties })

    expect(properties).toEqual({ $current_url: 'https://shop.test/#top' })
  })
})

describe('__preview_capture_bot_pageviews', () => {
  const preview: ClientOptions = { __preview_capture_bot_pageviews: true }

  async function captureFrom(userAgent: unknown, options: ClientOptions, event = '$pageview') {
    const setup = await startCapture(options)
    const properties = { $raw_user_agent: userAgent, $browser_type: 'given' }
    setup.client.capture({ event, distinctId: 'user_1', properties })
    const [sent] = await eventsSent(setup)
    return [sent?.event, sent?.properties['$browser_type']]
  }

  it.each(['v0', 'v1'] as const)(
    'gives the pageview of a bot a name of its own in %s',
    async (captureMode) => {
      expect(await captureFrom(googlebot, { ...preview, captureMode })).toEqual(['$bot_pageview', 'bot'])
    },
  )

  it.each([
    ['a person', firefox],
    ['nobody', ''],
    ['what is no text', 5],
    ['a health check, which is no bot', 'kube-probe/1.30'],
  ])('leaves the pageview of %s alone', async (_name, userAgent) => {
    expect(await captureFrom(userAgent, preview)).toEqual(['$pageview', 'given'])
  })

  it('leaves other events of a bot alone', async () => {
    expect(await captureFrom(googlebot, preview, 'order placed')).toEqual(['order placed', 'given'])
  })

  it('is off by default', async () => {
    expect(await captureFrom(googlebot, {})).toEqual(['$pageview', 'given'])
  })

  it.each(['AcmeMonitor', 'acmemonitor', 'ACMEMONITOR/2'])(
    'knows the bots of custom_blocked_useragents too, in any case: %s',
    async (token) => {
      const options = { ...preview, custom_blocked_useragents: [token] }

      expect(await captureFrom('acmeMonitor/2.0 (+https://acme.test)', options)).toEqual([
        '$bot_pageview',
        'bot',
      ])
    },
  )

  it('reads the user agent of the context', async () => {
    const setup = await startCapture(preview)

    setup.client.withContext({ properties: { $raw_user_agent: googlebot } }, () =>
      setup.client.capture({ event: '$pageview', distinctId: 'user_1' }),
    )

    expect((await eventsSent(setup)).map(({ event }) => event)).toEqual(['$bot_pageview'])
  })

  it('goes by the name that before_send gives, which sees the old one', async () => {
    const seen: string[] = []
    const setup = await startCapture({
      ...preview,
      before_send: (event) => {
        seen.push(event.event)
        return event.event === 'page' ? { ...event, event: '$pageview' } : event
      },
    })

    for (const event of ['$pageview', 'page']) {
      setup.client.capture({ event, distinctId: 'user_1', properties: { $raw_user_agent: googlebot } })
    }

    expect(seen).toEqual(['$pageview', 'page'])
    expect((await eventsSent(setup)).map(({ event }) => event)).toEqual(['$bot_pageview', '$bot_pageview'])
  })

  it('names a pageview that the application captures itself in the scope of a bot', async () => {
    const setup = await startCapture(preview)
    const { scope } = scopeOpener(setup.client, { flags: { preload: 'never' } })(
      pageFacts({ 'user-agent': googlebot }),
    )

    scope.capture('$pageview')
    scope.run(() => setup.client.capture({ event: '$pageview' }))

    expect((await eventsSent(setup)).map(({ event }) => event)).toEqual(['$bot_pageview', '$bot_pageview'])
  })
})

describe('custom_blocked_useragents', () => {
  async function visit(userAgent: string, options: ClientOptions) {
    const setup = await startCapture(options)
    const layer = setup.client.requestLayer({ flags: { preload: 'never' } })
    const scope = layer.open({}, pageFacts({ 'user-agent': userAgent }), {
      setCookie: () => true,
      beforeHeaders: () => undefined,
    })
    scope.end({
      status: 200,
      route: '/',
      contentType: 'text/html',
      contentDisposition: undefined,
      cacheControl: undefined,
      completed: true,
      headersAt: layer.now(),
    })
    const events = await eventsSent(setup)
    return [events.map(({ event }) => event), setup.client.stats().refused]
  }

  it('keep the request layer from counting a page that such an agent asks for', async () => {
    const options = { custom_blocked_useragents: ['AcmeMonitor'] }

    expect(await visit('acmemonitor/2.0', options)).toEqual([[], { bot: 1 }])
    expect(await visit(firefox, options)).toEqual([['$pageview'], {}])
  })

  it('are none by default', async () => {
    expect(await visit('acmemonitor/2.0', {})).toEqual([['$pageview'], {}])
    expect(await visit(googlebot, {})).toEqual([[], { bot: 1 }])
  })

  it('stop the boot when they are no list of texts', async () => {
    const custom_blocked_useragents = 'AcmeMonitor' as unknown as string[]

    await expect(startCapture({ custom_blocked_useragents })).rejects.toThrow(
      'custom_blocked_useragents must be',
    )
  })
})
