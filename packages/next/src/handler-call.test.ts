import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { NextRequest } from 'next/server.js'
import { describe, expect, it } from 'vitest'
import { callOf } from './handler-call.ts'

const request = Object.assign(new IncomingMessage(new Socket()), { url: '/web?a=1' })
const response = new ServerResponse(request)

describe('a call is known by what Next.js gives', () => {
  it.each([
    ['a route handler', [new NextRequest('http://localhost/'), { params: Promise.resolve({}) }], 'route'],
    ['a route handler at the edge', [new Request('http://localhost/')], 'route'],
    ['a handler of the Pages Router', [request, response], 'api'],
    ['getServerSideProps', [{ req: request, res: response, resolvedUrl: '/web' }], 'props'],
    ['an action', [new FormData()], 'action'],
    ['an action of a form with a state', [{ error: '' }, new FormData()], 'action'],
    ['an action that is given nothing', [], 'action'],
  ])('%s', (_name, args, kind) => {
    expect(callOf(args).kind).toBe(kind)
  })
})

describe('P11: what a browser gives an action is no request, whatever it looks like', () => {
  const headers = { cookie: 'ph_phc_test_posthog=x' }
  const lookalike = { statusCode: 200, headersSent: false, writeHead() {}, setHeader() {}, end() {} }

  it.each([
    ['a context', [{ req: { headers, url: '/' }, res: lookalike, resolvedUrl: '/' }]],
    ['a request and its response', [{ headers, url: '/' }, lookalike]],
    ['a request', [{ headers: new Headers(headers), url: 'http://localhost/', method: 'GET' }]],
    ['a response by name', [{ req: {}, res: { constructor: { name: 'ServerResponse' } } }]],
    ['null', [null, null]],
  ])('%s', (_name, args) => {
    expect(callOf(args).kind).toBe('action')
  })
})

describe('the URL of getServerSideProps', () => {
  it.each([
    ['/legacy/about?a=1', undefined, '/legacy/about?a=1'],
    ['/_next/data/build/legacy/about.json?a=1', undefined, '/resolved?b=2'],
    ['/legacy/about', 'en', '/legacy/about'],
    ['/legacy/about', 'fr', '/fr/legacy/about'],
    ['/_next/data/build/fr/legacy/about.json', 'fr', '/fr/resolved?b=2'],
  ])('of %s in %s is %s', (url, locale, expected) => {
    const req = Object.assign(new IncomingMessage(new Socket()), { url })
    const context = { req, res: response, resolvedUrl: '/resolved?b=2', locale, defaultLocale: 'en' }

    expect(callOf([context])).toMatchObject({ kind: 'props', url: expected })
  })
})
