import { Controller, Get, Inject, Injectable, Module, Post, Scope } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { createFakeRuntime, startScriptedServer, visitorCookie } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  type ClientOptions,
  getHedgerowServiceToken,
  HedgerowClient,
  HedgerowModule,
  HedgerowService,
  InjectHedgerowService,
} from '../src/index.ts'
import { platforms } from './platforms.ts'
import { startSite } from './test-site.ts'

const headers = visitorCookie('browser_1')

@Injectable()
class Orders {
  @Inject(HedgerowService) private readonly hedgerow!: HedgerowService

  async place() {
    await Promise.resolve()
    this.hedgerow.capture('order placed', { total: 42 })
    this.hedgerow.captureException(new Error('out of stock'), { stage: 'stock' })
    const flags = await this.hedgerow.flags.load()
    return { id: this.hedgerow.distinctId, hero: flags.getFlag('hero') }
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestOrders {
  @Inject(HedgerowService) private readonly hedgerow!: HedgerowService

  who() {
    return this.hedgerow.distinctId
  }
}

@Controller()
class OrderController {
  @Inject(Orders) private readonly orders!: Orders
  @Inject(RequestOrders) private readonly requestOrders!: RequestOrders
  @Inject(HedgerowService) private readonly hedgerow!: HedgerowService

  @Post('order') place() {
    return this.orders.place()
  }
  @Get('who') who() {
    return this.requestOrders.who()
  }
  @Post('sign-in') async signIn() {
    await this.hedgerow.identify('user_1', { set: { plan: 'pro' } })
    await this.hedgerow.group('company', 'acme', { seats: 5 })
    this.hedgerow.capture('signed in')
    return this.hedgerow.distinctId
  }
}

const parts = { controllers: [OrderController], providers: [Orders, RequestOrders] }

describe.each(platforms)('HedgerowService on $name', (platform) => {
  it('speaks for the visitor of the request, wherever it is injected', async () => {
    const site = await startSite(platform, parts)
    site.posthog.flags = { hero: 'blue' }

    const answer = await site.send('/order', { method: 'POST', headers })
    const who = await site.send('/who', { headers })

    expect([JSON.parse(answer.body), who.body]).toEqual([{ id: 'browser_1', hero: 'blue' }, 'browser_1'])
    const events = await site.events()
    expect(events.map(({ event, distinct_id: id }) => [event, id])).toEqual(
      expect.arrayContaining([
        ['order placed', 'browser_1'],
        ['$exception', 'browser_1'],
      ]),
    )
    expect(events.find(({ event }) => event === 'order placed')?.properties).toMatchObject({
      total: 42,
      $current_url: `${site.url}/order`,
    })
  })

  it('signs the visitor in, and puts them into a group', async () => {
    const site = await startSite(platform, parts)

    const answer = await site.send('/sign-in', { method: 'POST', headers })

    expect(answer.body).toBe('user_1')
    const events = await site.events()
    expect(events.map(({ event, distinct_id: id }) => [event, id])).toEqual([
      ['$identify', 'user_1'],
      ['$groupidentify', 'user_1'],
      ['signed in', 'user_1'],
    ])
    expect(events.at(-1)?.properties).toMatchObject({ $groups: { company: 'acme' } })
  })
})

describe('HedgerowService outside of any request', () => {
  it('captures events of nobody, and those of the context that the code runs in', async () => {
    const { hedgerow, events } = await startJob()

    hedgerow.capture('report sent', { pages: 3 })
    hedgerow.captureException(new Error('printer on fire'))
    hedgerow.client.withContext({ distinctId: 'user_1' }, () => hedgerow.capture('report read'))

    expect([hedgerow.scope, hedgerow.distinctId]).toEqual([undefined, undefined])
    const [sent, read, exception] = await events()
    expect(sent).toMatchObject({
      event: 'report sent',
      properties: { pages: 3, $process_person_profile: false },
    })
    expect(read).toMatchObject({ event: 'report read', distinct_id: 'user_1' })
    expect(exception).toMatchObject({ event: '$exception', properties: { $process_person_profile: false } })
  })

  it('sets the properties of a user, and of a group', async () => {
    const { hedgerow, events } = await startJob()

    await hedgerow.identify('user_1', { set: { plan: 'pro' }, setOnce: { since: 2026 } })
    await hedgerow.group('company', 'acme', { seats: 5 })
    await hedgerow.group('company', 'nothing to say of it')

    expect((await events()).map(({ event, distinct_id: id, properties }) => [event, id, properties])).toEqual(
      [
        [
          '$identify',
          'user_1',
          expect.objectContaining({ $set: { plan: 'pro' }, $set_once: { since: 2026 } }),
        ],
        ['$groupidentify', '$company_acme', expect.objectContaining({ $group_set: { seats: 5 } })],
      ],
    )
  })

  it('has the flags that hold for everybody, and the defaults of all others, without a byte to PostHog', async () => {
    const definitions = {
      flags: [
        { id: 1, key: 'for-all', active: true, filters: { groups: [{ rollout_percentage: 100 }] } },
        { id: 2, key: 'for-half', active: true, filters: { groups: [{ rollout_percentage: 50 }] } },
      ],
    }
    const { hedgerow, posthog, events, lines } = await startJob({ definitions })

    const flags = await hedgerow.flags.load()
    const values = ['for-all', 'for-half', 'unknown'].map((key) => flags.getFlag(key))

    expect(values).toEqual([true, 'half', undefined])
    expect([await events(), posthog.requests, lines()]).toEqual([[], [], []])
  })

  it('has the defaults of all flags where PostHog evaluates them', async () => {
    const { hedgerow, posthog, lines } = await startJob()

    expect(hedgerow.flags.getFlag('for-half')).toBe('half')
    expect((await hedgerow.flags.load()).getFlag('for-half')).toBe('half')
    expect([posthog.requests, lines()]).toEqual([[], []])
  })
})

it('there is a HedgerowService of each client, under its name', async () => {
  @Injectable()
  class Both {
    @Inject(HedgerowService) readonly first!: HedgerowService
    @InjectHedgerowService('shop') readonly second!: HedgerowService
  }
  const [one, two] = [disabledClient(), disabledClient()]
  @Module({
    imports: [HedgerowModule.forRoot({ client: one }), HedgerowModule.forRoot({ client: two, name: 'shop' })],
    providers: [Both],
  })
  class App {}
  const app = await NestFactory.createApplicationContext(App, { logger: false })
  onTestFinished(() => app.close())

  const both = app.get(Both)

  expect([both.first.client === one, both.second.client === two]).toEqual([true, true])
  expect(app.get(getHedgerowServiceToken('shop'))).toBe(both.second)
  expect(app.get(getHedgerowServiceToken())).toBe(both.first)
})

/** An application without HTTP, such as a worker. */
async function startJob(options: ClientOptions = {}) {
  const posthog = await startScriptedServer()
  onTestFinished(() => posthog.close())
  const runtime = createFakeRuntime()
  const client = new HedgerowClient('phc_job', { host: posthog.url, runtime, ...options })
  @Module({ imports: [HedgerowModule.forRoot({ client, flags: { defaults: { 'for-half': 'half' } } })] })
  class Job {}
  const app = await NestFactory.createApplicationContext(Job, { logger: false })
  onTestFinished(() => app.close())
  return {
    hedgerow: app.get(HedgerowService),
    posthog,
    lines: () => runtime.lines,
    async events() {
      await client.flush()
      return posthog.events()
    },
  }
}

function disabledClient() {
  return new HedgerowClient('phc_test', { disabled: true, runtime: createFakeRuntime() })
}
