import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Get,
  type MessageEvent,
  type NestInterceptor,
  Param,
  Post,
  Sse,
  UseInterceptors,
} from '@nestjs/common'
import { visitorCookie, type WireEvent } from 'testkit'
import { concat, defer, from, NEVER, Observable, of, retry, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { Capture } from '../src/index.ts'
import { collectedLines } from './collected-lines.ts'
import { openEventStream } from './event-stream.ts'
import { platforms } from './platforms.ts'
import { startSite } from './test-site.ts'

const headers = visitorCookie('browser_1')
const web = { channel: 'web' }

interface Order {
  readonly id: string
  readonly total: number
}

@Controller()
class OrderController {
  @Post('sync') @Capture('order placed', web) sync() {
    return 'placed'
  }
  @Post('later') @Capture('order placed', web) async later() {
    return Promise.resolve('placed')
  }
  @Post('stream') @Capture('order placed', web) stream(): Observable<string> {
    return from(['one', 'two', 'three'])
  }
  @Post('nothing') @Capture('order placed', web) nothing(): void {}
  @Sse('events') @Capture('order placed', web) events(): Observable<MessageEvent> {
    return of({ data: 'one' }, { data: 'two' })
  }
  @Post('thrown') @Capture('order placed', web) thrown() {
    throw new Error('sold out')
  }
  @Post('rejected') @Capture('order placed', web) async rejected() {
    await Promise.resolve()
    throw new Error('sold out')
  }
  @Post('broken') @Capture('order placed', web) broken(): Observable<string> {
    return concat(
      of('one'),
      throwError(() => new Error('sold out')),
    )
  }
}

@Controller()
class ResultController {
  @Post('sync/:id')
  @Capture('order placed', ({ total }: Order, context) => ({
    total,
    id: context.switchToHttp().getRequest<{ params: { id: string } }>().params.id,
  }))
  sync(@Param('id') id: string): Order {
    return { id, total: 1 }
  }
  @Post('later/:id') @Capture('order placed', ({ id, total }: Order) => ({ id, total })) async later(
    @Param('id') id: string,
  ): Promise<Order> {
    return Promise.resolve({ id, total: 2 })
  }
  @Post('stream/:id') @Capture('order placed', ({ id, total }: Order) => ({ id, total })) stream(
    @Param('id') id: string,
  ): Observable<Order> {
    return of({ id, total: 0 }, { id, total: 3 })
  }
}

const orders = (events: WireEvent[]) =>
  events
    .filter(({ event }) => event !== '$exception')
    .map(({ event, distinct_id: id, properties }) => [event, id, properties['channel']])
const placed = ['order placed', 'browser_1', 'web']

describe.each(platforms)('@Capture on $name', (platform) => {
  it.each([
    ['POST', '/sync', 1],
    ['POST', '/later', 1],
    ['POST', '/stream', 1],
    ['POST', '/nothing', 1],
    ['GET', '/events', 1],
    ['POST', '/thrown', 0],
    ['POST', '/rejected', 0],
    ['POST', '/broken', 0],
  ])('of %s %s captures %i times', async (method, path, times) => {
    const site = await startSite(platform, { controllers: [OrderController] })

    await site.send(path, { method, headers })

    expect(orders(await site.events())).toEqual(Array.from({ length: times }, () => placed))
  })

  it.each([
    ['sync', 1],
    ['later', 2],
    ['stream', 3],
  ])('takes the properties from what a handler answers: %s', async (kind, total) => {
    const site = await startSite(platform, { controllers: [ResultController] })

    await site.send(`/${kind}/o1`, { method: 'POST', headers })

    expect((await site.events()).map(({ properties }) => properties)).toEqual([
      expect.objectContaining({ id: 'o1', total }),
    ])
  })

  it('captures without properties, and says so once, when the function for them throws', async () => {
    @Controller()
    class CarelessController {
      @Post('throwing/:id')
      @Capture('order placed', () => {
        throw new Error('card number 4000-1234')
      })
      throwing() {
        return 'placed'
      }
      @Post('nothing/:id') @Capture('order placed', () => undefined) nothing() {
        return 'placed'
      }
    }
    const lines: string[] = []
    const site = await startSite(platform, {
      controllers: [CarelessController],
      prepare: (app) => app.useLogger(collectedLines(lines)),
    })

    const answers = [
      await site.send('/throwing/o1', { method: 'POST', headers }),
      await site.send('/throwing/o2', { method: 'POST', headers }),
      await site.send('/nothing/o3', { method: 'POST', headers }),
    ]

    expect(answers.map(({ status, body }) => [status, body])).toEqual(
      Array.from({ length: 3 }, () => [201, 'placed']),
    )
    expect((await site.events()).map(({ event }) => event)).toEqual(Array(3).fill('order placed'))
    expect(lines).toEqual([
      "[hedgerow] capture-properties: the properties of @Capture('order placed') threw, so its events are captured without them; the function must give an object for every answer of the handler",
    ])
  })

  it('on a controller captures for each of its handlers', async () => {
    @Controller()
    @Capture('used', web)
    class Tools {
      @Get('saw') saw() {
        return 'saw'
      }
      @Get('drill') async drill() {
        return Promise.resolve('drill')
      }
    }
    const site = await startSite(platform, { controllers: [Tools] })

    await site.send('/saw', { headers })
    await site.send('/drill', { headers })

    expect(orders(await site.events())).toEqual([
      ['used', 'browser_1', 'web'],
      ['used', 'browser_1', 'web'],
    ])
  })
})

describe.each(platforms)('Idiom 9: @Capture and cold Observables on $name', (platform) => {
  it('subscribes once, and not before somebody subscribes to it', async () => {
    const steps: string[] = []
    @Controller()
    class Cold {
      @Post()
      @UseInterceptors(new Late(steps))
      @Capture('order placed', web)
      order() {
        steps.push('called')
        return defer(() => {
          steps.push('subscribed')
          return of('placed')
        })
      }
    }
    const site = await startSite(platform, { controllers: [Cold] })

    const { body } = await site.send('/', { method: 'POST', headers })

    expect(body).toBe('placed')
    expect(steps).toEqual(['waited', 'called', 'subscribed'])
    expect(orders(await site.events())).toEqual([placed])
  })

  it('counts the one attempt that went well where another interceptor tries again', async () => {
    let attempts = 0
    @Controller()
    class Flaky {
      @Post()
      @UseInterceptors({ intercept: (_context, next) => next.handle().pipe(retry(3)) })
      @Capture('order placed', web)
      order() {
        attempts++
        if (attempts < 3) throw new Error('try again')
        return 'placed'
      }
    }
    const site = await startSite(platform, { controllers: [Flaky] })

    const { body } = await site.send('/', { method: 'POST', headers })

    expect([body, attempts]).toEqual(['placed', 3])
    expect(orders(await site.events())).toEqual([placed])
  })

  it('counts a stream that never ends once, when its visitor leaves', async () => {
    let open = 0
    @Controller()
    class Feed {
      @Sse()
      @Capture('feed read', (message: MessageEvent) => ({ channel: message.data }))
      feed(): Observable<MessageEvent> {
        return new Observable((subscriber) => {
          open++
          subscriber.next({ data: 'one' })
          subscriber.next({ data: 'two' })
          return () => open--
        })
      }
      @Sse('silent') @Capture('feed read') silent(): Observable<MessageEvent> {
        return new Observable((subscriber) => {
          open++
          const inner = NEVER.subscribe(subscriber)
          return () => {
            open--
            inner.unsubscribe()
          }
        })
      }
    }
    const site = await startSite(platform, { controllers: [Feed] })

    const feed = await openEventStream(site.url, headers)
    await feed.received('data: two')
    const silent = await openEventStream(`${site.url}/silent`, headers)
    await site.posthog.waitFor(() => open === 2)
    const during = site.client.stats().accepted
    feed.leave()
    silent.leave()
    await site.posthog.waitFor(() => open === 0)

    expect(during).toBe(0)
    expect(orders(await site.events())).toEqual([['feed read', 'browser_1', 'two']])
  })
})

/** Subscribes to a handler's answer a turn later than Nest asks for it. */
class Late implements NestInterceptor {
  readonly #steps: string[]

  constructor(steps: string[]) {
    this.#steps = steps
  }

  async intercept(_context: ExecutionContext, next: CallHandler) {
    const answer = next.handle()
    await new Promise((resolve) => setImmediate(resolve))
    this.#steps.push('waited')
    return answer
  }
}
