import type { FastifyServerOptions } from 'fastify'
import { documentHeaders, sendText } from 'testkit'
import { describe, expect, it } from 'vitest'
import { type FastifyModule, majors, startSite } from './test-site.ts'

async function recorded(
  fastify: FastifyModule,
  server: FastifyServerOptions,
  headers: Record<string, string>,
): Promise<Record<string, unknown>> {
  const site = await startSite(fastify, {
    server,
    routes: (app) => app.get('/', async (_request, reply) => reply.type('text/html').send('page')),
  })
  await site.visit('/?utm_source=mail&q=1', headers)
  const { $ip, $host, $current_url } = (await site.events())[0]?.properties ?? {}
  return { $ip, $host, $current_url: String($current_url).replace(`:${site.port}`, ':PORT') }
}

const forwarded = {
  'x-forwarded-for': '198.51.100.7, 203.0.113.9',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'shop.example.com',
}

describe.each(majors)('what a request says of itself in %s', (_name, fastify) => {
  it('is what its connection says, unless a proxy is trusted', async () => {
    expect(await recorded(fastify, {}, { ...forwarded, host: 'www.example.com:8080' })).toEqual({
      $ip: '127.0.0.1',
      $host: 'www.example.com:8080',
      $current_url: 'http://www.example.com:8080/?utm_source=mail',
    })
  })

  it.each<[string, FastifyServerOptions['trustProxy'], string]>([
    ['every proxy', true, '198.51.100.7'],
    ['this proxy', '127.0.0.1', '203.0.113.9'],
    ['a function', (address) => address === '127.0.0.1', '203.0.113.9'],
  ])('is what the proxy says where trustProxy trusts %s', async (_case, trustProxy, $ip) => {
    expect(await recorded(fastify, { trustProxy: trustProxy ?? false }, forwarded)).toEqual({
      $ip,
      $host: 'shop.example.com',
      $current_url: 'https://shop.example.com/?utm_source=mail',
    })
  })

  it('marks the cookie as secure behind a trusted proxy that speaks HTTPS', async () => {
    const site = await startSite(fastify, {
      server: { trustProxy: true },
      routes: (app) => app.get('/', async (_request, reply) => reply.type('text/html').send('page')),
    })

    const answer = await site.visit('/', { 'x-forwarded-proto': 'https' })

    expect(answer.headers['set-cookie']).toEqual([expect.stringContaining('; Secure')])
  })

  it('has no host where the request has none', async () => {
    const site = await startSite(fastify, {
      routes: (app) => app.get('/', async (_request, reply) => reply.type('text/html').send('page')),
    })
    const headers = Object.entries(documentHeaders).map(([name, value]) => `${name}: ${value}\n`)

    await sendText(site.port, `GET / HTTP/1.0\n${headers.join('')}\n`)

    const { properties } = (await site.events())[0] ?? { properties: {} }
    expect(properties).toMatchObject({ $pathname: '/' })
    expect(properties).not.toHaveProperty('$host')
    expect(properties).not.toHaveProperty('$current_url')
  })
})
