import { describe, expect, it } from 'vitest'
import type { ResponseFacts } from '../../src/adapter.ts'
import { createFlagClient } from '../flags-api/flag-client-setup.ts'
import { browserCookie, pageFacts, scopeOpener } from './open-scope.ts'

const request = pageFacts(
  { cookie: browserCookie('browser_1'), 'sec-fetch-dest': 'empty' },
  { path: '/checkout?token=secret' },
)

interface Exception {
  readonly type: string
  readonly value: string
  readonly mechanism: object
}

/** The exceptions that were sent: what was thrown, how it came to us, and the status of the response. */
async function exceptionsOf({ events }: ReturnType<typeof createFlagClient>) {
  return (await events())
    .filter(({ event }) => event === '$exception')
    .map(({ properties, distinct_id: id }) => {
      // What was sent is for each test's expectations to judge.
      const [{ type, value, mechanism }] = properties['$exception_list'] as [Exception]
      return { id, thrown: `${type}: ${value}`, mechanism, status: properties['$response_status_code'] }
    })
}

function start(minStatus?: number) {
  const setup = createFlagClient()
  const open = scopeOpener(setup.client, { flags: { preload: 'never' }, exceptions: { minStatus } })
  return { ...setup, ...open(request) }
}

describe('an exception that the application reports on a scope', () => {
  it('belongs to the visitor and carries what every event of the request says', async () => {
    const setup = start()
    const properties = { cart: 'cart_1' }

    setup.scope.captureException(new RangeError('out of stock'), properties)
    properties.cart = 'changed meanwhile'
    await setup.scope.identify('user_1')

    const exception = (await setup.events()).find(({ event }) => event === '$exception')
    expect(exception?.distinct_id).toBe('browser_1')
    expect(exception?.properties).toMatchObject({
      cart: 'cart_1',
      $pathname: '/checkout',
      $hedgerow_id_source: 'cookie',
      $process_person_profile: false,
      $exception_level: 'error',
      $exception_list: [
        {
          type: 'RangeError',
          value: 'out of stock',
          mechanism: { type: 'generic', handled: true, synthetic: false, exception_id: 0 },
        },
      ],
    })
  })

  it('is sent after the end too, once for the same error, and whatever was thrown', async () => {
    const setup = start()
    const error = new Error('boom')

    setup.end()
    setup.scope.captureException(error)
    setup.scope.captureException(error)
    setup.scope.captureException('just text')

    expect((await exceptionsOf(setup)).map(({ id, thrown }) => [id, thrown])).toEqual([
      ['browser_1', 'Error: boom'],
      ['browser_1', 'Error: just text'],
    ])
  })
})

describe('an error that an adapter observes', () => {
  it('is sent once the response is over, with its status and route, as the visitor’s', async () => {
    const setup = start()

    setup.scope.observe(new Error('boom'))
    const before = await exceptionsOf(setup)
    setup.end({ status: 500, route: '/checkout', contentType: 'application/json' })

    expect(before).toEqual([])
    expect(await exceptionsOf(setup)).toEqual([
      {
        id: 'browser_1',
        thrown: 'Error: boom',
        mechanism: { type: 'middleware', handled: false, synthetic: false, exception_id: 0 },
        status: 500,
      },
    ])
    const [{ properties } = { properties: {} }] = await setup.events()
    expect(properties).toMatchObject({ $route: '/checkout', $pathname: '/checkout' })
    expect(JSON.stringify(properties)).not.toContain('secret')
  })

  it('is sent once, however many handlers it passes, and its successors each', async () => {
    const setup = start()
    const error = new Error('first')

    for (const seen of [error, error, new Error('second'), error, 'text', 'text']) setup.scope.observe(seen)
    setup.end({ status: 503 })
    setup.end({ status: 503 })

    expect((await exceptionsOf(setup)).map(({ thrown }) => thrown).sort()).toEqual([
      'Error: first',
      'Error: second',
      'Error: text',
    ])
  })

  it('is not sent again when the application reports it too', async () => {
    const setup = start()
    const error = new Error('boom')

    setup.scope.observe(error)
    setup.scope.captureException(error)
    setup.end({ status: 500 })

    expect((await exceptionsOf(setup)).map(({ mechanism }) => mechanism)).toEqual([
      expect.objectContaining({ type: 'generic', handled: true }),
    ])
  })

  it.each<[string, unknown, Partial<ResponseFacts>, boolean, number?]>([
    ['an error page with 500', new Error('boom'), { status: 500 }, true],
    ['an error page with 599', new Error('boom'), { status: 599 }, true],
    ['a page with 404', new Error('boom'), { status: 404 }, false],
    ['a page with 200, because a handler dealt with it', new Error('boom'), { status: 200 }, false],
    ['404 where the application counts from 400', new Error('boom'), { status: 404 }, true, 400],
    ['500 where the application counts from 501', new Error('boom'), { status: 500 }, false, 501],
    ['a status of its own, which the response has not', httpError(500), { status: 404 }, false],
    ['a page that broke off', new Error('boom'), { status: 200, completed: false }, true],
    [
      'an error page that the visitor did not wait for',
      new Error('boom'),
      { status: 404, completed: false },
      false,
    ],
    ['no answer at all', new Error('boom'), { headersAt: undefined, completed: false }, true],
    [
      'no answer to an upload that broke off',
      httpError(400),
      { headersAt: undefined, completed: false },
      false,
    ],
    ['no answer, with a hostile error', hostile(), { headersAt: undefined, completed: false }, true],
  ])('%s: sent or not', async (_case, error, response, isSent, minStatus) => {
    const setup = start(minStatus)

    setup.scope.observe(error)
    setup.end(response)

    expect(await exceptionsOf(setup)).toHaveLength(isSent ? 1 : 0)
  })

  it('has no status where no response went out', async () => {
    const setup = start()

    setup.scope.observe(new Error('boom'))
    setup.end({ headersAt: undefined, completed: false })

    const [exception] = await setup.events()
    expect(exception?.event).toBe('$exception')
    expect(exception?.properties).not.toHaveProperty('$response_status_code')
  })

  it('is sent when it comes after the end, because the visitor left first', async () => {
    const setup = start()

    setup.end({ headersAt: undefined, completed: false })
    setup.scope.observe(new Error('too late'))

    expect((await exceptionsOf(setup)).map(({ thrown }) => thrown)).toEqual(['Error: too late'])
  })

  it.each<[string, object]>([
    ['of a body that broke off', Object.assign(new Error('aborted'), { code: 'ECONNRESET' })],
    ['of a pipeline', Object.assign(new Error('Premature close'), { code: 'ERR_STREAM_PREMATURE_CLOSE' })],
    [
      'of a call that was given up with the request',
      new DOMException('This operation was aborted', 'AbortError'),
    ],
  ])('%s is none when it only says that the visitor has left', async (_case, error) => {
    const setup = start()

    setup.end({ completed: false })
    setup.scope.observe(error)

    expect(await exceptionsOf(setup)).toEqual([])
  })

  it('is one when it looks the same, but came first: then it was the server that broke off', async () => {
    const setup = start()

    setup.scope.observe(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }))
    setup.end({ status: 200, completed: false })

    expect(await exceptionsOf(setup)).toHaveLength(1)
  })

  it('is kept in bounds: a request that fails in a thousand ways says ten of them', async () => {
    const setup = start()

    for (let n = 0; n < 1000; n++) setup.scope.observe(new Error(`failure ${n}`))
    setup.end({ status: 500 })

    expect((await exceptionsOf(setup)).map(({ thrown }) => thrown)).toEqual(
      Array.from({ length: 10 }, (_, n) => `Error: failure ${n}`),
    )
  })
})

function httpError(status: number): Error {
  return Object.assign(new Error('request aborted'), { status })
}

function hostile(): unknown {
  return Object.defineProperty(new Error('boom'), 'status', {
    get() {
      throw new Error('hostile')
    },
  })
}
