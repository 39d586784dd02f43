import { describe, expect, it } from 'vitest'
import { runningShop } from './running-shop.ts'
import { documentHeaders, Visitor } from './visitor.ts'

describe('pages', () => {
  it('counts the front page once, under the id that its visitor got in a cookie', async () => {
    const shop = await runningShop({ hero: 'b' })
    const visitor = new Visitor(shop.url)

    const home = await visitor.get('/')
    const events = await shop.finish()

    expect(home.status).toBe(200)
    expect(home.text).toContain('The garden starts at the back door.')
    expect(events).toMatchObject([
      {
        event: '$pageview',
        distinct_id: visitor.cookieId,
        properties: {
          $route: '/',
          $response_status_code: 200,
          $hedgerow_id_source: 'minted',
          '$feature/hero': 'b',
        },
      },
    ])
  })

  it('reports once that a visitor has seen a flag, however often they come', async () => {
    const shop = await runningShop({ hero: 'b' })
    const visitor = new Visitor(shop.url)

    await visitor.get('/')
    await visitor.get('/')
    await shop.finish()

    expect(shop.exposures()).toMatchObject([
      {
        distinct_id: visitor.cookieId,
        properties: { $feature_flag: 'hero', $feature_flag_response: 'b', locally_evaluated: false },
      },
    ])
  })

  it('counts a product page under its route, mounted part included, and a missing product with its status', async () => {
    const shop = await runningShop()
    const visitor = new Visitor(shop.url)

    const found = await visitor.get('/products/nest-box')
    const missing = await visitor.get('/products/moon')

    expect([found.status, missing.status]).toEqual([200, 404])
    expect(found.text).toContain('Birch nest box')
    expect(await shop.finish()).toMatchObject([
      { event: '$pageview', properties: { $route: '/products/:id', $pathname: '/products/nest-box' } },
      { event: '$pageview', properties: { $route: '/products/:id', $response_status_code: 404 } },
    ])
  })

  it('counts neither the JSON API nor assets nor what a script fetches', async () => {
    const shop = await runningShop()
    const visitor = new Visitor(shop.url)

    const api = await visitor.get('/api/products', { accept: 'application/json' })
    const opened = await visitor.get('/api/products')
    const assets = [await visitor.get('/shop.css'), await visitor.get('/favicon.svg')]
    const fetched = await visitor.get('/', { ...documentHeaders, 'sec-fetch-dest': 'empty' })

    expect(JSON.parse(api.text)).toMatchObject({
      products: [{ id: 'watering-can', cents: 4200 }, {}, {}, {}, {}, {}],
    })
    expect([opened, ...assets, fetched].map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(await shop.finish()).toEqual([])
  })

  it('answers a failure with its own page, counts it with status and route, and captures the error', async () => {
    const shop = await runningShop()

    const boom = await new Visitor(shop.url).get('/boom')

    expect(boom.status).toBe(500)
    expect(boom.text).toContain('That did not work')
    expect(boom.text).not.toContain('always fails')
    expect(shop.errors).toMatchObject([{ message: expect.stringContaining('always fails') }])
    const failed = { $route: '/boom', $response_status_code: 500 }
    const events = await shop.finish()
    expect(events).toHaveLength(2)
    expect(events).toContainEqual(
      expect.objectContaining({ event: '$pageview', properties: expect.objectContaining(failed) }),
    )
    expect(events).toContainEqual(
      expect.objectContaining({ event: '$exception', properties: expect.objectContaining(failed) }),
    )
  })

  it('answers an unknown address with its own page, and counts it as unmatched', async () => {
    const shop = await runningShop()

    const nowhere = await new Visitor(shop.url).get('/nowhere')

    expect(nowhere.status).toBe(404)
    expect(nowhere.text).toContain('There is nothing here')
    expect(await shop.finish()).toMatchObject([
      { event: '$pageview', properties: { $route: '(unmatched)', $response_status_code: 404 } },
    ])
  })

  it('answers a malformed address with its own page and the status of a bad request', async () => {
    const shop = await runningShop()

    const malformed = await new Visitor(shop.url).get('/products/%ff')

    expect(malformed.status).toBe(400)
    expect(malformed.text).toContain('That did not work')
    expect(shop.errors).toEqual([])
  })

  it('lets no secret of a link out, neither with its page nor with the next one', async () => {
    const shop = await runningShop()
    const visitor = new Visitor(shop.url)
    const home = await visitor.get('/')
    const link = /href="(\/reset\/[^"]+)"/.exec(home.text)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const secret = /\/reset\/([0-9a-f]{64})\?token=\1&utm_source=newsletter$/.exec(link)?.[1] ?? ''

    await visitor.get(link)
    await visitor.get('/', { ...documentHeaders, referer: shop.url + link })
    const events = await shop.finish()

    expect(secret).not.toBe('')
    expect(events[1]?.properties).toMatchObject({
      $current_url: `${shop.url}/reset/:masked?utm_source=newsletter`,
      $route: '/reset/:secret',
      utm_source: 'newsletter',
    })
    expect(events[2]?.properties).toMatchObject({
      $referrer: `${shop.url}/reset/:masked?utm_source=newsletter`,
    })
    expect(JSON.stringify([shop.posthog.flagCalls().map(({ body }) => body), events])).not.toContain(secret)
  })

  it('shows a hostile id from a cookie as text', async () => {
    const shop = await runningShop()
    const visitor = new Visitor(shop.url)
    const id = '<img src=x onerror="1">'
    visitor.cookies.set('ph_phc_shop_posthog', encodeURIComponent(JSON.stringify({ distinct_id: id })))

    const { text } = await visitor.get('/')

    expect(text).toContain('&lt;img src=x onerror=&quot;1&quot;&gt;')
    expect(text).not.toContain('<img src=x')
  })
})

describe('signing in and out', () => {
  it('links the visitor to the user, whom every later page and flag evaluation knows', async () => {
    const shop = await runningShop({ hero: 'b' })
    const visitor = new Visitor(shop.url)
    await visitor.get('/')
    const anonymousId = visitor.cookieId

    const signedIn = await visitor.post('/sign-in', { email: 'Me@example.com' })
    const home = await visitor.get('/')
    const [before, identify, after] = await shop.finish()
    const userId = identify?.distinct_id

    expect([signedIn.status, signedIn.location]).toEqual([303, '/'])
    expect(home.text).toContain('action="/sign-out"')
    expect(before).toMatchObject({ event: '$pageview', distinct_id: anonymousId })
    expect(userId).toMatch(/^customer_[0-9a-f-]{36}$/)
    expect(identify).toMatchObject({
      event: '$identify',
      properties: { $anon_distinct_id: anonymousId, $set: { email: 'Me@example.com' } },
    })
    expect(after).toMatchObject({
      event: '$pageview',
      distinct_id: userId,
      properties: { $hedgerow_id_source: 'resolver' },
    })
    expect(shop.posthog.flagCalls().map(({ body }) => body)).toMatchObject([
      { distinct_id: anonymousId },
      { distinct_id: userId },
    ])
  })

  it('evaluates flags once for a page, and for the user who is signed in', async () => {
    const shop = await runningShop({ hero: 'b' })
    const visitor = new Visitor(shop.url)
    await visitor.post('/sign-in', { email: 'me@example.com' })

    await visitor.get('/')
    const [identify] = await shop.finish()

    expect(shop.posthog.flagCalls().map(({ body }) => body)).toMatchObject([
      { distinct_id: identify?.distinct_id },
    ])
  })

  it('gives a user the same id in another browser', async () => {
    const shop = await runningShop()

    await new Visitor(shop.url).post('/sign-in', { email: 'me@example.com' })
    await new Visitor(shop.url).post('/sign-in', { email: 'ME@example.com' })
    const [first, second] = await shop.finish()

    expect(first?.event).toBe('$identify')
    expect(second?.distinct_id).toBe(first?.distinct_id)
  })

  it('begins a session under a new id, and keeps the cart', async () => {
    const shop = await runningShop()
    const visitor = new Visitor(shop.url)
    await visitor.post('/cart', { product: 'twine' })
    const planted = visitor.cookies.get('shop_session') ?? ''

    await visitor.post('/sign-in', { email: 'me@example.com' })
    const other = new Visitor(shop.url)
    other.cookies.set('shop_session', planted)

    expect((await visitor.get('/cart')).text).toContain('Flax twine')
    expect((await other.get('/')).text).toContain('href="/sign-in"')
  })

  it('ends the session on sign-out, also for whoever kept its cookie', async () => {
    const shop = await runningShop()
    const visitor = new Visitor(shop.url)
    await visitor.post('/sign-in', { email: 'me@example.com' })
    const kept = new Visitor(shop.url)
    kept.cookies.set('shop_session', visitor.cookies.get('shop_session') ?? '')
    const before = await kept.get('/')

    await visitor.post('/sign-out')

    expect(before.text).toContain('action="/sign-out"')
    expect((await kept.get('/')).text).toContain('href="/sign-in"')
  })

  it('refuses what is no e-mail address, and nobody is identified', async () => {
    const shop = await runningShop()

    const refused = await new Visitor(shop.url).post('/sign-in', { email: 'me' })

    expect(refused.status).toBe(422)
    expect(refused.text).toContain('That is not an e-mail address.')
    expect(await shop.finish()).toEqual([])
  })

  it('removes the cookie on sign-out, and the next page is a new visitor’s', async () => {
    const shop = await runningShop()
    const visitor = new Visitor(shop.url)
    await visitor.get('/')
    const anonymousId = visitor.cookieId
    await visitor.post('/sign-in', { email: 'me@example.com' })

    const signedOut = await visitor.post('/sign-out')
    const cookieAfter = visitor.cookieId
    const home = await visitor.get('/')
    const events = await shop.finish()

    expect(signedOut.status).toBe(303)
    expect(signedOut.setCookies).toContainEqual(expect.stringMatching(/^ph_phc_shop_posthog=;.*Max-Age=0/))
    expect(cookieAfter).toBeUndefined()
    expect(home.text).toContain('href="/sign-in"')
    expect(events.map(({ event }) => event)).toEqual(['$pageview', '$identify', '$pageview'])
    expect(events[2]?.distinct_id).toBe(visitor.cookieId)
    expect([anonymousId, events[1]?.distinct_id]).not.toContain(events[2]?.distinct_id)
  })
})

describe('buying', () => {
  it.each([
    { flag: true, page: 'New: everything on one page', checkout: 'one page' },
    { flag: false, page: 'Step 1 of 2', checkout: 'two steps' },
  ])('checks out in $checkout when new-checkout is $flag', async ({ flag, page, checkout }) => {
    const shop = await runningShop({ 'new-checkout': flag })
    const visitor = new Visitor(shop.url)
    await visitor.post('/cart', { product: 'nest-box' })
    await visitor.post('/cart', { product: 'nest-box' })
    await visitor.post('/cart', { product: 'twine' })

    const offered = await visitor.get('/checkout')
    const placed = await visitor.post('/checkout')
    const order = (await shop.finish()).at(-1)

    expect(offered.text).toContain(page)
    expect(offered.text).toContain('€59.90')
    expect(placed.location).toBe('/checkout/thanks')
    expect(order).toMatchObject({
      event: 'order placed',
      properties: { value: 59.9, currency: 'EUR', items: 3, checkout, '$feature/new-checkout': flag },
    })
  })

  it('keeps the old checkout and the plain front page while flags are unavailable', async () => {
    const shop = await runningShop({ 'new-checkout': true, hero: 'b' })
    shop.posthog.always('/flags/', { status: 503 })
    const visitor = new Visitor(shop.url)
    await visitor.post('/cart', { product: 'twine' })

    expect((await visitor.get('/')).text).toContain('Good tools, small garden.')
    expect((await visitor.get('/checkout')).text).toContain('Step 1 of 2')
  })

  it('sends whoever has nothing in the cart back to it, and takes no order', async () => {
    const shop = await runningShop({ 'new-checkout': true })

    const ordered = await new Visitor(shop.url).post('/checkout')

    expect([ordered.status, ordered.location]).toEqual([303, '/cart'])
    expect(await shop.finish()).toEqual([])
  })
})
