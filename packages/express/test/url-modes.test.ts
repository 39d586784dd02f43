import { describe, expect, it } from 'vitest'
import { hedgerowErrors } from '../src/index.ts'
import { type ExpressModule, majors, startSite } from './test-site.ts'

/** An application that captures before its route is known, and in it. */
async function startShops(express: ExpressModule, urls: { mode: 'template' | 'raw' }) {
  const site = await startSite(express, {
    request: { urls },
    routes: (app) => {
      const shops = express.Router({ mergeParams: true })
      app.use((req, _res, next) => {
        req.hedgerow.capture('arrived')
        next()
      })
      app.use('/shops/:shop', shops)
      shops.get('/products/:product', (req, res) => {
        req.hedgerow.capture('seen')
        req.hedgerow.captureException(new Error(`no stock at http://x.test/jane/7?a=1 or ${req.originalUrl}`))
        res.send('page')
      })
      app.use(hedgerowErrors())
    },
  })
  const urlsOf = async (names: readonly string[]) => {
    const events = await site.events()
    return names.map((name) => {
      const { properties = {} } = events.find(({ event }) => event === name) ?? {}
      const { $pathname, $request_path, $current_url, $referrer } = properties
      return [name, $pathname, $request_path, String($current_url).replace(site.url, ''), $referrer]
    })
  }
  const message = async () => {
    const [exception] = (await site.events()).filter(({ event }) => event === '$exception')
    const list = (exception?.properties['$exception_list'] ?? []) as { value: string }[]
    return list[0]?.value
  }
  return { ...site, urlsOf, message }
}

const path = '/shops/jane/products/7?utm_source=mail&next=/a#part'

describe.each(majors)('with urls.mode in %s', (_name, express) => {
  it('template, events carry the route’s template as soon as it is known, and no path', async () => {
    const site = await startShops(express, { mode: 'template' })

    await site.visit(path, { referer: 'https://partner.example/jane?q=1' })

    const template = '/shops/:shop/products/:product'
    expect(await site.urlsOf(['arrived', 'seen', '$pageview'])).toEqual([
      ['arrived', '(unmatched)', '(unmatched)', '/(unmatched)', undefined],
      ['seen', template, template, template, undefined],
      ['$pageview', template, template, template, 'https://partner.example/(unmatched)'],
    ])
    expect(await site.message()).toBe('no stock at http://x.test/(unmatched) or /(unmatched)')
    expect(JSON.stringify(await site.events())).not.toMatch(/jane|\/7/)
  })

  it('template, a page that no route matched is unmatched', async () => {
    const site = await startShops(express, { mode: 'template' })

    await site.visit('/nowhere/jane', { referer: `${site.url}/shops/jane/products/7` })

    expect(await site.urlsOf(['$pageview'])).toEqual([
      ['$pageview', '(unmatched)', '(unmatched)', '/(unmatched)', `${site.url}/(unmatched)`],
    ])
  })

  it('raw, events carry path and query as they are, and no fragment', async () => {
    const site = await startShops(express, { mode: 'raw' })
    const referer = 'https://partner.example/jane@example.com?token=abc'

    await site.visit(path, { referer: `${referer}#part` })

    const pathname = '/shops/jane/products/7'
    const url = `${pathname}?utm_source=mail&next=/a`
    expect(await site.urlsOf(['seen', '$pageview'])).toEqual([
      ['seen', pathname, pathname, url, undefined],
      ['$pageview', pathname, pathname, url, referer],
    ])
    expect(await site.message()).toBe(`no stock at http://x.test/jane/7?a=1 or ${url}`)
  })
})
