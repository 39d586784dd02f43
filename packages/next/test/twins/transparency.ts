import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { documentHeaders, type HttpRequest, visitorCookie } from 'testkit'
import { describe, expect, it } from 'vitest'
import { comparable } from './same-answer.ts'
import type { Twin, TwinSites } from './twin-sites.ts'

/** What a browser opens, what it is answered, and whether that is a pageview. */
const opened: readonly (readonly [path: string, status: number, pageview: 'counted' | 'not counted'])[] = [
  ['/', 200, 'counted'],
  ['/plain?utm_source=news', 200, 'counted'],
  ['/revalidated', 200, 'counted'],
  ['/shops/north', 200, 'counted'],
  ['/shops/south', 200, 'counted'],
  ['/dynamic', 200, 'counted'],
  ['/client', 200, 'counted'],
  ['/form', 200, 'counted'],
  ['/streamed', 200, 'counted'],
  ['/legacy/other', 200, 'counted'],
  ['/renamed', 200, 'counted'],
  ['/rewritten', 200, 'counted'],
  ['/nowhere', 404, 'counted'],
  ['/missing', 404, 'counted'],
  ['/broken', 500, 'counted'],
  ['/broken-late', 200, 'counted'],
  // The proxy has counted them by then: it does not see what becomes of a request.
  ['/moved', 307, 'counted'],
  ['/moved-for-good', 308, 'counted'],
  ['/configured', 308, 'not counted'],
  ['/redirected', 307, 'not counted'],
  ['/plain/', 308, 'not counted'],
  ['/refused', 403, 'not counted'],
  ['/logo.png', 200, 'not counted'],
  ['/_next/image?url=%2Flogo.png&w=32&q=75', 200, 'not counted'],
  ['/_next/static/nothing.js', 404, 'not counted'],
]

/** What else is asked, which nobody counts. */
const asked: readonly (readonly [path: string, status: number, options: HttpRequest])[] = [
  ['/robots.txt', 200, {}],
  ['/api/json?a=1', 200, {}],
  ['/api/own', 202, {}],
  ['/api/streamed', 200, {}],
  ['/api/static', 200, {}],
  ['/forced', 200, {}],
  ['/api/moved', 308, {}],
  ['/api/missing', 404, {}],
  ['/api/broken', 500, {}],
  ['/plain', 200, { method: 'HEAD' }],
  ['/dynamic', 200, { method: 'HEAD' }],
  ['/api/json', 405, { method: 'DELETE' }],
  ['/plain', 405, { method: 'DELETE' }],
  ['/dynamic', 307, { headers: { rsc: '1' } }], // to the same with a checksum
  ['/%E0%A4%A', 404, {}],
]

/** An answer is, but for cookies of ours, what the same application gives without Hedgerow. */
export function describeTransparency(twins: TwinSites): void {
  const both = async (path: string, options: HttpRequest) => {
    const answers = (['with', 'without'] as const).map(async (twin) =>
      comparable(await twins.ask(twin, path, options), twins.running[twin].url),
    )
    const [withHedgerow, without] = await Promise.all(answers)
    return { withHedgerow, without }
  }

  describe('a page that a browser opens', () => {
    it.each(opened)('%s is answered %i as without Hedgerow, and is %s', async (path, status, pageview) => {
      const headers = { ...documentHeaders, ...visitorCookie(`opens ${path}`) }

      const { withHedgerow, without } = await both(path, { headers })

      expect(withHedgerow).toEqual(without)
      expect(without?.status).toBe(status)
      const pages = pageview === 'counted' ? [path.split('?')[0]] : []
      expect(await twins.pagesOf(`opens ${path}`)).toEqual(pages)
    })

    it('for the first time is answered as without Hedgerow too, with a cookie', async () => {
      const answers = await both('/dynamic', { headers: documentHeaders })
      const { headers } = await twins.visit('/dynamic')

      expect(answers.withHedgerow).toEqual(answers.without)
      expect(headers['set-cookie']).toHaveLength(2)
    })
  })

  it.each(asked)(
    '%s is answered %i as without Hedgerow, and is not counted',
    async (path, status, options) => {
      const visitor = `asks ${options.method} ${path}`
      const headers = { accept: '*/*', ...visitorCookie(visitor), ...options.headers }

      const { withHedgerow, without } = await both(path, { ...options, headers })

      expect(withHedgerow).toEqual(without)
      expect(without?.status).toBe(status)
      expect(await twins.pagesOf(visitor)).toEqual([])
    },
  )

  it('an action redirects as without Hedgerow', async () => {
    const post = async (twin: Twin) => {
      const page = await twins.ask(twin, '/form', { headers: documentHeaders })
      const [, action = ''] = /name="(\$ACTION_ID_\w+)"/.exec(page.body) ?? []
      const part = (name: string, value: string) =>
        `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
      const headers = {
        ...visitorCookie('orders'),
        origin: twins.running[twin].url,
        'content-type': 'multipart/form-data; boundary=b',
      }
      const body = `${part(action, '')}${part('item', 'tea')}--b--\r\n`
      const answer = await twins.ask(twin, '/form', { method: 'POST', headers, body })
      return comparable(answer, twins.running[twin].url)
    }

    const withHedgerow = await post('with')
    const without = await post('without')

    expect(withHedgerow).toEqual(without)
    expect(without.status).toBe(303)
    const [ordered] = await twins.eventsOf('orders', 1)
    expect(ordered).toMatchObject({ event: 'ordered', properties: { item: 'tea' } })
  })

  it('a page that a visitor leaves half-way has begun as without Hedgerow, is counted, and ends as theirs', async () => {
    const leave = async (twin: Twin) => {
      const headers = { ...documentHeaders, ...visitorCookie('leaves') }
      const outgoing = request(`${twins.running[twin].url}/streamed`, { headers, agent: false }).end()
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
      let body = ''
      while (!body.includes('wait')) body += String((await once(response, 'data'))[0])
      response.on('error', () => {}) // a socket that hangs up is the point
      outgoing.destroy()
      const { statusCode: status = 0, rawHeaders } = response
      return comparable({ status, headers: response.headers, rawHeaders, body }, twins.running[twin].url)
    }

    const [withHedgerow, without] = await Promise.all([leave('with'), leave('without')])

    expect(withHedgerow.status).toBe(200)
    expect(withHedgerow.headers).toEqual(without.headers)
    expect(withHedgerow.document.slice(0, 200)).toBe(without.document.slice(0, 200))
    const events = await twins.eventsOf('leaves', 2)
    expect(events.map(({ event }) => event)).toEqual(['$pageview', 'shown late'])
    expect((await twins.visit('/plain')).status).toBe(200)
  })
}
