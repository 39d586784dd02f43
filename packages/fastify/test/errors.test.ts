import type { FastifyInstance } from 'fastify'
import { browserCookie } from 'testkit'
import { describe, expect, it } from 'vitest'
import { requireFlag } from '../src/index.ts'
import { type FastifyModule, majors, startSite } from './test-site.ts'

const boom = () => Promise.reject(new Error('boom'))

/** Who was said to have met which error, after one visit. */
async function captured(
  fastify: FastifyModule,
  routes: (app: FastifyInstance) => unknown,
): Promise<{ status: number; exceptions: unknown[] }> {
  const site = await startSite(fastify, { routes, request: { flags: { preload: 'never' } } })
  const { status } = await site.visit('/', { cookie: browserCookie({ distinct_id: 'browser_1' }) })
  const events = (await site.events()).filter(({ event }) => event === '$exception')
  return {
    status,
    exceptions: events.map(({ distinct_id, properties }) => [distinct_id, properties['$pathname']]),
  }
}

describe.each(majors)('an error in %s', (_name, fastify) => {
  it.each<[string, (app: FastifyInstance) => unknown]>([
    ['of a handler', (app) => app.get('/', boom)],
    ['of a hook', (app) => app.get('/', { preHandler: boom }, async () => 'page')],
    ['of a serializer', (app) => app.get('/', { preSerialization: boom }, async () => ({ page: 1 }))],
    [
      'that the application answers itself',
      (app) => {
        app.setErrorHandler((_error, _request, reply) => reply.code(503).send('later'))
        app.get('/', boom)
      },
    ],
  ])('%s is captured once, as the visitor’s', async (_case, routes) => {
    const { status, exceptions } = await captured(fastify, routes)

    expect(status).toBeGreaterThanOrEqual(500)
    expect(exceptions).toEqual([['browser_1', '/']])
  })

  it.each<[string, (app: FastifyInstance) => unknown]>([
    [
      'a client’s mistake',
      (app) => app.get('/', async () => Promise.reject(Object.assign(new Error('no'), { statusCode: 400 }))),
    ],
    [
      'an error that was made good',
      (app) => {
        app.setErrorHandler((_error, _request, reply) => reply.code(200).send('all right'))
        app.get('/', boom)
      },
    ],
    [
      'a closed gate',
      (app) => app.get('/', { preHandler: requireFlag('off', { otherwise: 'forbidden' }) }, boom),
    ],
    [
      'an error of a route that captures nothing',
      (app) => app.get('/', { config: { hedgerow: { capture: false } } }, boom),
    ],
    [
      'an error of a route that is switched off',
      (app) => app.get('/', { config: { hedgerow: false } }, boom),
    ],
  ])('is not captured when it is %s', async (_case, routes) => {
    expect((await captured(fastify, routes)).exceptions).toEqual([])
  })
})
