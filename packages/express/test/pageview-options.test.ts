import type { Request } from 'express'
import { documentHeaders } from 'testkit'
import { describe, expect, it } from 'vitest'
import type { RequestOptions } from '../src/index.ts'
import { type ExpressModule, majors, startSite } from './test-site.ts'

function shop(express: ExpressModule, pageviews: RequestOptions<Request>['pageviews']) {
  return startSite(express, {
    request: { pageviews },
    routes: (app) => {
      const products = express.Router({ mergeParams: true })
      products.get('/:product', (_req, res) => res.send('<h1>product</h1>'))
      app.use('/shops/:shop', products)
      app.get('/feed.xml', (_req, res) => res.type('application/rss+xml').send('<rss/>'))
      app.post('/orders', (_req, res) => res.redirect(303, '/shops/7/9'))
    },
  })
}

describe.each(majors)('the options for pageviews in %s', (_name, express) => {
  it('decide by the mounted route, where accept says so', async () => {
    const site = await shop(express, {
      accept: (request, response) => {
        if (request.header('x-preview') !== undefined) return false
        return response.route === '/feed.xml' ? true : undefined
      },
    })

    await site.send('/feed.xml', { headers: { accept: '*/*' } })
    await site.visit('/shops/7/9')
    await site.visit('/shops/7/9', { 'x-preview': '1' })
    await site.send('/missing', { headers: { accept: '*/*' } })

    const routes = (await site.events()).map(({ event, properties }) => [event, properties['$route']])
    expect(routes).toEqual([
      ['$pageview', '/feed.xml'],
      ['$pageview', '/shops/:shop/:product'],
    ])
  })

  it('count calls of an API with api', async () => {
    const site = await shop(express, { api: true })

    await site.send('/orders', { method: 'POST', headers: { ...documentHeaders, 'sec-fetch-dest': 'empty' } })
    await site.send('/shops/7/9', { headers: { 'user-agent': 'kube-probe/1.31' } })

    expect((await site.events()).map(({ properties }) => properties)).toMatchObject([
      { $route: '/orders', $request_method: 'POST', $response_status_code: 303 },
    ])
  })

  it('give the pages of bots a name of their own with tag, and those of people theirs', async () => {
    const site = await shop(express, { bots: 'tag' })

    await site.send('/shops/7/9', {
      headers: { accept: '*/*', 'user-agent': 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)' },
    })
    await site.visit('/shops/7/9')

    const events = (await site.events()).map(({ event, properties }) => [event, properties['$browser_type']])
    expect(events).toEqual([
      ['$bot_pageview', 'bot'],
      ['$pageview', undefined],
    ])
  })

  it('count nothing in mode off, and give visitors their cookie all the same', async () => {
    const site = await shop(express, { mode: 'off' })

    const answer = await site.visit('/shops/7/9')

    expect(answer.headers['set-cookie']).toHaveLength(1)
    expect(await site.events()).toEqual([])
  })
})
