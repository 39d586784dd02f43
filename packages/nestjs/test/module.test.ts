import { Controller, Get, Header, Inject, Injectable, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { Test } from '@nestjs/testing'
import { documentHeaders, send, startScriptedServer, visitorCookie } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  Capture,
  CurrentScope,
  DistinctId,
  Flag,
  type FlagValue,
  getHedgerowToken,
  type Hedgerow,
  HedgerowClient,
  HedgerowModule,
  type HedgerowModuleOptions,
  type HedgerowOptionsFactory,
  HedgerowService,
  InjectHedgerow,
  RequireFlag,
  type RequestScope,
} from '../src/index.ts'
import { platforms } from './platforms.ts'
import { createApp, listen } from './test-site.ts'

const quiet = { log: () => {} }

@Controller()
class PageController {
  @InjectHedgerow() private readonly hedgerow!: Hedgerow

  @Get()
  @Header('Content-Type', 'text/html')
  page() {
    return `<h1>${this.hedgerow.scope()?.distinctId}</h1>`
  }
}

@Injectable()
class Orders {
  @Inject(HedgerowService) private readonly hedgerow!: HedgerowService

  place() {
    this.hedgerow.capture('order placed', { total: 42 })
  }
}

@Injectable()
class Settings implements HedgerowOptionsFactory {
  @Inject('HOST') private readonly host!: string

  createHedgerowOptions(): HedgerowModuleOptions {
    return { token: 'phc_own', host: this.host, identity: { resolve: () => 'user_1' } }
  }
}

function settingsModule(host: string) {
  @Module({})
  class SettingsModule {}
  return {
    module: SettingsModule,
    providers: [{ provide: 'HOST', useValue: host }, Settings],
    exports: ['HOST', Settings],
  }
}

describe.each(platforms)('Idiom 7: HedgerowModule on $name', (platform) => {
  it.each([
    [
      'forRoot',
      (host: string) =>
        HedgerowModule.forRoot({ token: 'phc_own', host, identity: { resolve: () => 'user_1' } }),
    ],
    [
      'forRootAsync with useFactory',
      (host: string) =>
        HedgerowModule.forRootAsync({
          imports: [settingsModule(host)],
          inject: ['HOST'],
          useFactory: async (given: string) => ({
            token: 'phc_own',
            host: given,
            identity: { resolve: () => 'user_1' },
          }),
        }),
    ],
    [
      'forRootAsync with useClass',
      (host: string) => HedgerowModule.forRootAsync({ imports: [settingsModule(host)], useClass: Settings }),
    ],
    [
      'forRootAsync with useExisting',
      (host: string) =>
        HedgerowModule.forRootAsync({ imports: [settingsModule(host)], useExisting: Settings }),
    ],
  ])(
    '%s makes a client of a token, which ends with the application: everything arrives',
    async (_way, hedgerow) => {
      const posthog = await startScriptedServer()
      onTestFinished(() => posthog.close())
      const app = await createApp(platform, {
        imports: [hedgerow(posthog.url)],
        controllers: [PageController],
      })
      const url = await listen(app)

      const answer = await send(url, { headers: { ...documentHeaders, connection: 'close' } })
      const client = app.get<Hedgerow>(getHedgerowToken())
      await app.close()
      client.capture({ event: 'too late', distinctId: 'job' })

      expect(answer.body).toBe('<h1>user_1</h1>')
      expect(posthog.events().map(({ event, distinct_id: id }) => [event, id])).toEqual([
        ['$pageview', 'user_1'],
      ])
      expect(client.stats()).toMatchObject({ accepted: 2, sent: 1 }) // it has ended
    },
  )

  it('leaves a client that it was given to whoever created it, and sends what it holds', async () => {
    const posthog = await startScriptedServer()
    onTestFinished(() => posthog.close())
    const client = new HedgerowClient('phc_test', { host: posthog.url, runtime: quiet })
    const app = await createApp(platform, { imports: [HedgerowModule.forRoot({ client })] })
    await app.init()
    client.capture({ event: 'before', distinctId: 'job' })

    await app.close()
    const arrived = posthog.events().map(({ event }) => event)
    client.capture({ event: 'afterwards', distinctId: 'job' })
    const report = await client.shutdown()

    expect(arrived).toEqual(['before'])
    expect(report).toMatchObject({ sent: 1, dropped: 0 })
  })

  it('has several clients, each with its name, and every request has a scope of each', async () => {
    const posthog = await startScriptedServer()
    onTestFinished(() => posthog.close())
    @Controller()
    class Both {
      @InjectHedgerow() private readonly hedgerow!: Hedgerow
      @InjectHedgerow('shop') private readonly shop!: Hedgerow

      @Get()
      page() {
        return [this.hedgerow.scope()?.distinctId, this.shop.scope()?.distinctId].join()
      }
    }
    const options = { host: posthog.url, runtime: quiet }
    const app = await createApp(platform, {
      imports: [
        HedgerowModule.forRoot({ token: 'phc_one', ...options, identity: { resolve: () => 'user_1' } }),
        HedgerowModule.forRootAsync({
          name: 'shop',
          useFactory: () => ({ token: 'phc_two', ...options, identity: { resolve: () => 'user_2' } }),
        }),
      ],
      controllers: [Both],
    })
    onTestFinished(() => app.close())

    expect((await send(await listen(app))).body).toBe('user_1,user_2')
  })

  it.each([
    ['a bad option', { shutdownTimeoutMs: 0 }, 'shutdownTimeoutMs must be a whole number of at least 1'],
    ['a name in the wrong place', { name: 'shop' }, 'name must stand beside useFactory'],
  ])('does not start with %s', async (_case, bad, message) => {
    const options = { token: '', runtime: quiet, ...bad }
    const hedgerow = HedgerowModule.forRootAsync({ useFactory: () => options })

    await expect(createApp(platform, { imports: [hedgerow] })).rejects.toThrow(message)
  })

  it('does not start without a client and without a token', async () => {
    const nothing = {} as HedgerowModuleOptions // as plain JavaScript may
    const hedgerow = HedgerowModule.forRootAsync({ useFactory: () => nothing })

    await expect(createApp(platform, { imports: [hedgerow] })).rejects.toThrow(
      'Hedgerow needs a client or a token',
    )
  })

  it('uses the client that a test puts in its place, everywhere', async () => {
    const posthog = await startScriptedServer()
    onTestFinished(() => posthog.close())
    posthog.flags = { beta: true }
    const real = await startScriptedServer()
    onTestFinished(() => real.close())
    const client = new HedgerowClient('phc_test', { host: posthog.url, runtime: quiet })
    @Controller()
    class BetaController {
      @InjectHedgerow() private readonly client!: Hedgerow
      @Inject(HedgerowService) private readonly service!: HedgerowService

      @Get()
      @Header('Content-Type', 'text/html')
      @RequireFlag('beta')
      @Capture('seen')
      page(@CurrentScope() scope: RequestScope, @Flag('beta') beta: FlagValue, @DistinctId() id: string) {
        this.client.capture({ event: 'by the client' })
        this.service.capture('by the service')
        scope.capture('by the scope')
        return `<h1>${id} ${String(beta)} ${this.client === client && this.service.client === client}</h1>`
      }
    }
    const module = await Test.createTestingModule({
      imports: [HedgerowModule.forRoot({ token: 'phc_real', host: real.url })],
      controllers: [BetaController],
    })
      .overrideProvider(getHedgerowToken())
      .useValue(client)
      .compile()
    const app = module.createNestApplication(platform.createAdapter({ bodyLimit: 1024 }), { logger: false })
    const url = await listen(app)

    const answer = await send(url, {
      headers: { ...documentHeaders, ...visitorCookie('browser_1'), connection: 'close' },
    })
    await app.close()

    expect(answer.body).toBe('<h1>browser_1 true true</h1>')
    const names = posthog.events().map(({ event, distinct_id: id }) => `${event} ${id}`)
    expect(names.sort()).toEqual([
      '$feature_flag_called browser_1',
      '$pageview browser_1',
      'by the client browser_1',
      'by the scope browser_1',
      'by the service browser_1',
      'seen browser_1',
    ])
    expect(real.requests).toEqual([])
  })

  it('uses the service that a test puts in its place', async () => {
    const captured: unknown[] = []
    const module = await Test.createTestingModule({
      imports: [HedgerowModule.forRoot({ token: '', runtime: quiet })],
      providers: [Orders],
    })
      .overrideProvider(HedgerowService)
      .useValue({ capture: (...event: unknown[]) => void captured.push(event) })
      .compile()

    module.get(Orders).place()
    await module.close()

    expect(captured).toEqual([['order placed', { total: 42 }]])
  })
})

it('serves an application without HTTP, and sends what is left when that closes', async () => {
  const posthog = await startScriptedServer()
  onTestFinished(() => posthog.close())
  @Module({})
  class Job {}
  const hedgerow = HedgerowModule.forRoot({ token: 'phc_job', host: posthog.url, runtime: quiet })
  const app = await NestFactory.createApplicationContext(
    { module: Job, imports: [hedgerow] },
    { logger: false },
  )

  app.get<Hedgerow>(getHedgerowToken()).capture({ event: 'job done', distinctId: 'job' })
  await app.close()

  expect(posthog.events().map(({ event }) => event)).toEqual(['job done'])
})
