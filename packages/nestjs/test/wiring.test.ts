import { Controller, Get, Header, Inject, Injectable, Module, Post, Scope } from '@nestjs/common'
import { NestFactory, REQUEST } from '@nestjs/core'
import { createFakeRuntime, documentHeaders, send, startScriptedServer, visitorCookie } from 'testkit'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  type Hedgerow,
  HedgerowClient,
  HedgerowModule,
  type HedgerowModuleOptions,
  HedgerowService,
  InjectHedgerow,
  type RequestScope,
} from '../src/index.ts'
import { collectedLines } from './collected-lines.ts'
import { platforms } from './platforms.ts'
import { createApp, listen } from './test-site.ts'

const quiet = { log: () => {} }
const page = { headers: { ...documentHeaders, connection: 'close' } }

@Controller()
class PageController {
  @InjectHedgerow() private readonly hedgerow!: Hedgerow

  @Get()
  @Header('Content-Type', 'text/html')
  page() {
    return `<h1>${this.hedgerow.scope()?.distinctId}</h1>`
  }
}

async function scriptedServer() {
  const posthog = await startScriptedServer()
  onTestFinished(() => posthog.close())
  return posthog
}

describe.each(platforms)('P17: the wiring of modules on $name', (platform) => {
  it('one module that three others import is one module', async () => {
    const posthog = await scriptedServer()
    const hedgerow = HedgerowModule.forRoot({ token: 'phc_own', host: posthog.url })
    @Module({ imports: [hedgerow] })
    class One {}
    @Module({ imports: [hedgerow] })
    class Two {}
    const app = await createApp(platform, { imports: [hedgerow, One, Two], controllers: [PageController] })
    const url = await listen(app)

    await send(url, page)
    await app.close()

    expect(posthog.events().map(({ event }) => event)).toEqual(['$pageview'])
  })

  it('three calls of forRoot with one name do not start, and say how to import one', async () => {
    const imports = [1, 2, 3].map(() => {
      @Module({ imports: [HedgerowModule.forRoot({ token: 'phc_own', disabled: true, runtime: quiet })] })
      class Feature {}
      return Feature
    })
    const start = async () => (await createApp(platform, { imports })).init()

    await expect(start()).rejects.toMatchObject({
      code: 'name-taken',
      message:
        'two HedgerowModules of the application have the name hedgerow; keep what forRoot returns and import that wherever it is needed, or import it once with isGlobal: true, or give the second client a name of its own',
    })
  })

  it('two clients of one project are told of once, under whatever names and options', async () => {
    const posthog = await scriptedServer()
    const runtime = createFakeRuntime()
    const errors: unknown[] = []
    const own = { token: 'phc_own', host: posthog.url, runtime }
    const app = await createApp(platform, {
      imports: [
        HedgerowModule.forRoot({ ...own, token: 'phc_another', name: 'another' }),
        HedgerowModule.forRoot(own),
        HedgerowModule.forRootAsync({
          name: 'shop',
          useFactory: () => ({
            ...own,
            flushAt: 1,
            onError: (_status: unknown, _message: unknown, error: unknown) => void errors.push(error),
          }),
        }),
      ],
    })
    onTestFinished(() => app.close())

    await app.init()

    expect(runtime.lines.map(({ line }) => line)).toEqual([
      '[hedgerow] token-shared: the clients hedgerow and shop have the same project token, so the project counts every page twice; use one client, or give each the token of its own project',
    ])
    expect(errors).toEqual([expect.objectContaining({ code: 'token-shared' })])
  })

  it('an application that is started anew in its process, as a hot reload does, ends the client of the old one', async () => {
    const posthog = await scriptedServer()
    const clients: Hedgerow[] = []
    for (const generation of [1, 2, 3]) {
      const hedgerow = HedgerowModule.forRoot({
        token: 'phc_own',
        host: posthog.url,
        identity: { resolve: () => `user_${generation}` },
      })
      const app = await createApp(platform, { imports: [hedgerow], controllers: [PageController] })
      await send(await listen(app), page)
      clients.push(app.get(HedgerowService).client)
      await app.close()
    }

    for (const client of clients) client.capture({ event: 'too late', distinctId: 'job' })

    expect(posthog.events().map(({ event, distinct_id: id }) => [event, id])).toEqual([
      ['$pageview', 'user_1'],
      ['$pageview', 'user_2'],
      ['$pageview', 'user_3'],
    ])
    expect(clients.map((client) => client.stats())).toEqual(
      Array.from({ length: 3 }, () => expect.objectContaining({ accepted: 2, sent: 1 })),
    )
  })

  it('two copies of the package fit each other: module of one, client and decorators of the other', async () => {
    const copy = await secondCopy()
    const posthog = await scriptedServer()
    posthog.flags = { on: true, off: false }
    const client = new copy.HedgerowClient('phc_test', { host: posthog.url, runtime: quiet })
    @Controller()
    class CopyController {
      @copy.InjectHedgerow() private readonly hedgerow!: Hedgerow

      @Post('open')
      @copy.RequireFlag('on')
      @copy.Capture('opened', (id: string) => ({ id }))
      open(@copy.CurrentScope() scope: RequestScope, @copy.Flag('on') flag: boolean) {
        return flag && scope === this.hedgerow.scope() ? scope.distinctId : 'not the same'
      }
      @Post('closed') @copy.RequireFlag('off') closed() {}
    }
    const app = await createApp(platform, {
      imports: [HedgerowModule.forRoot({ client })],
      controllers: [CopyController],
    })
    const url = await listen(app)

    const headers = { ...visitorCookie('browser_1'), connection: 'close' }
    const open = await send(`${url}/open`, { method: 'POST', headers })
    const closed = await send(`${url}/closed`, { method: 'POST', headers })
    await app.close()

    expect(copy.HedgerowModule).not.toBe(HedgerowModule)
    expect([open.body, closed.status]).toEqual(['browser_1', 404])
    const opened = posthog.events().filter(({ event }) => event === 'opened')
    expect(opened).toMatchObject([{ distinct_id: 'browser_1', properties: { id: 'browser_1' } }])
  })

  it('the modules of two copies of the package do not start under one name', async () => {
    const copy = await secondCopy()
    const options = { token: '', runtime: quiet }
    const imports = [HedgerowModule.forRoot(options), copy.HedgerowModule.forRoot(options)]
    const start = async () => (await createApp(platform, { imports })).init()

    await expect(start()).rejects.toMatchObject({ code: 'name-taken' })
  })

  it('options that each request would have anew do not start', async () => {
    const hedgerow = HedgerowModule.forRootAsync({
      inject: [REQUEST],
      useFactory: () => ({ token: '', runtime: quiet }),
    })
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {
      @Inject(REQUEST) private readonly request: unknown

      createHedgerowOptions(): HedgerowModuleOptions {
        return { token: this.request ? 'phc_one' : 'phc_other', runtime: quiet }
      }
    }

    for (const imported of [hedgerow, HedgerowModule.forRootAsync({ useClass: PerRequest })]) {
      const start = async () => (await createApp(platform, { imports: [imported] })).init()
      await expect(start()).rejects.toMatchObject({
        code: 'config',
        message:
          'HedgerowModule has options that come from a provider of request scope, so every request would have a client of its own; inject providers of default scope, and find the visitor in identity.resolve',
      })
    }
  })

  it('a factory that throws or rejects keeps the application from starting, with its own error', async () => {
    const failures = [
      () => {
        throw new Error('no configuration')
      },
      async () => Promise.reject(new Error('no configuration')),
    ]

    for (const useFactory of failures) {
      const start = createApp(platform, { imports: [HedgerowModule.forRootAsync({ useFactory })] })
      await expect(start).rejects.toThrow('no configuration')
    }
  })

  it('an application without a project token starts, captures nothing, and says so once', async () => {
    const lines: string[] = []
    const hedgerow = HedgerowModule.forRoot({ token: undefined, isGlobal: true })
    const app = await createApp(
      platform,
      { imports: [hedgerow], controllers: [PageController] },
      { logger: collectedLines(lines) },
    )
    app.enableShutdownHooks()
    const answer = await send(await listen(app), page)
    await app.close()

    expect([answer.status, answer.body]).toEqual([200, expect.stringMatching(/^<h1>.+<\/h1>$/)])
    expect(lines).toEqual([expect.stringMatching(/^\[hedgerow\] disabled: /)])
  })
})

it('P17: three calls of forRoot with one name do not start an application without HTTP either', async () => {
  const one = () => HedgerowModule.forRoot({ token: '', runtime: quiet })
  @Module({ imports: [one(), one()] })
  class Job {}

  await expect(
    NestFactory.createApplicationContext(Job, { logger: false, abortOnError: false }),
  ).rejects.toMatchObject({ code: 'name-taken' })
})

/** What a second installed copy of the package exports, with its own copy of core. */
async function secondCopy(): Promise<typeof import('../src/index.ts')> {
  vi.resetModules()
  const copy = await import('../src/index.ts')
  expect(copy.HedgerowClient).not.toBe(HedgerowClient)
  return copy
}
