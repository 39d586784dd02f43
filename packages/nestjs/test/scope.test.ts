import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  Header,
  HttpCode,
  Inject,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestInterceptor,
  type NestModule,
  Param,
  ParseIntPipe,
  type PipeTransform,
  Query,
  RequestMethod,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
  VersioningType,
} from '@nestjs/common'
import { APP_GUARD, REQUEST, RouterModule } from '@nestjs/core'
import { visitorCookie } from 'testkit'
import { describe, expect, it } from 'vitest'
import { type Hedgerow, InjectHedgerow, type RequestScope } from '../src/index.ts'
import { type Platform, platforms } from './platforms.ts'
import { startSite } from './test-site.ts'

/** A module that notes what each stage of a request finds. */
function probes(found: Record<string, unknown>) {
  @Injectable()
  class Probe {
    @InjectHedgerow() private readonly hedgerow!: Hedgerow

    note(stage: string) {
      found[stage] = this.hedgerow.scope()?.distinctId
    }
  }
  @Injectable({ scope: Scope.REQUEST })
  class PerRequest {
    @Inject(Probe) readonly probe!: Probe
    @Inject(REQUEST) private readonly request!: { hedgerow: RequestScope }

    note() {
      found['request-scoped provider'] = this.request.hedgerow.distinctId
    }
  }
  @Injectable()
  class GlobalGuard implements CanActivate {
    @Inject(Probe) private readonly probe!: Probe

    canActivate() {
      this.probe.note('global guard')
      return true
    }
  }
  @Injectable()
  class Guard implements CanActivate {
    @Inject(Probe) private readonly probe!: Probe

    async canActivate(context: ExecutionContext) {
      await Promise.resolve()
      this.probe.note('guard')
      const { hedgerow } = context.switchToHttp().getRequest<{ hedgerow: RequestScope }>()
      found['request in the guard'] = hedgerow.distinctId
      return true
    }
  }
  @Injectable()
  class Interceptor implements NestInterceptor {
    @Inject(Probe) private readonly probe!: Probe

    intercept(_context: ExecutionContext, next: { handle(): never }) {
      this.probe.note('interceptor')
      return next.handle()
    }
  }
  @Injectable()
  class Pipe implements PipeTransform {
    @Inject(Probe) private readonly probe!: Probe

    transform(value: unknown) {
      this.probe.note('pipe')
      return value
    }
  }
  @Injectable()
  @Catch()
  class Filter implements ExceptionFilter {
    @Inject(Probe) private readonly probe!: Probe

    catch(_error: unknown, host: ArgumentsHost) {
      this.probe.note('filter')
      host
        .switchToHttp()
        .getResponse<{ status(code: number): { send(body: string): void } }>()
        .status(418)
        .send('')
    }
  }
  @Controller()
  @UseGuards(Guard)
  @UseInterceptors(Interceptor)
  @UseFilters(Filter)
  class Pages {
    @Inject(Probe) private readonly probe!: Probe
    @Inject(PerRequest) private readonly perRequest!: PerRequest

    @Get()
    @Header('Content-Type', 'text/html')
    page(@Query('q', Pipe) _q: string) {
      this.probe.note('handler')
      this.perRequest.note()
      return 'page'
    }

    @Get('fails')
    async fails() {
      await Promise.resolve()
      throw new Error('failed')
    }
  }
  @Module({
    controllers: [Pages],
    providers: [
      Probe,
      PerRequest,
      Guard,
      Interceptor,
      Pipe,
      Filter,
      { provide: APP_GUARD, useClass: GlobalGuard },
    ],
  })
  class Probes implements NestModule {
    @Inject(Probe) private readonly probe!: Probe

    configure(consumer: MiddlewareConsumer) {
      consumer
        .apply((request: { hedgerow: RequestScope }, _response: unknown, next: () => void) => {
          this.probe.note('middleware')
          found['request in middleware'] = request.hedgerow.distinctId
          next()
        })
        .forRoutes({ path: '{*path}', method: RequestMethod.ALL })
    }
  }
  return Probes
}

@Controller({ path: 'shops/:shop', version: ['1', '2'] })
class ShopController {
  @Get('products/:product')
  @Header('Content-Type', 'text/html')
  product(@Param('product', ParseIntPipe) _product: number) {
    return 'page'
  }
}

@Controller({ path: 'reviews' })
class ReviewController {
  @Get(':review')
  @Header('Content-Type', 'text/html')
  @HttpCode(203)
  review() {
    return 'page'
  }
}

@Module({ controllers: [ReviewController] })
class ReviewModule {}

async function pageviewOf(platform: Platform, path: string) {
  const site = await startSite(platform, {
    imports: [ReviewModule, RouterModule.register([{ path: 'shops/:shop', module: ReviewModule }])],
    controllers: [ShopController],
    prepare: (app) =>
      app.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
  })
  const { status } = await site.visit(path)
  const [pageview] = await site.events()
  return { status, route: pageview?.properties['$route'] }
}

describe.each(platforms)('P8: the scope on $name', (platform) => {
  it('is there before guards and everywhere behind: middleware, guards, interceptors, pipes, handlers', async () => {
    const found = {}
    const site = await startSite(platform, { imports: [probes(found)] })

    await site.visit('/?q=1', visitorCookie('browser_1'))

    expect(found).toEqual({
      middleware: 'browser_1',
      'request in middleware': 'browser_1',
      'global guard': 'browser_1',
      guard: 'browser_1',
      'request in the guard': 'browser_1',
      interceptor: 'browser_1',
      pipe: 'browser_1',
      handler: 'browser_1',
      'request-scoped provider': 'browser_1',
    })
  })

  it('is there in exception filters', async () => {
    const found: Record<string, unknown> = {}
    const site = await startSite(platform, { imports: [probes(found)] })

    const answer = await site.visit('/fails', visitorCookie('browser_1'))

    expect(answer.status).toBe(418)
    expect(found['filter']).toBe('browser_1')
  })

  it('is the user whom a guard authenticates, in the flags that the handler reads and in the pageview', async () => {
    @Injectable()
    class Authentication implements CanActivate {
      canActivate(context: ExecutionContext) {
        Object.assign(context.switchToHttp().getRequest<object>(), { user: 'user_1' })
        return true
      }
    }
    @Controller()
    class Pages {
      @InjectHedgerow() private readonly hedgerow!: Hedgerow

      @Get()
      @UseGuards(Authentication)
      @Header('Content-Type', 'text/html')
      page() {
        return String(this.hedgerow.scope()?.flags.getFlag('hero'))
      }
    }
    const site = await startSite(platform, {
      controllers: [Pages],
      request: { identity: { resolve: ({ user }) => user as string | undefined } },
    })
    site.posthog.flags = { hero: 'blue' }

    const answer = await site.visit('/', visitorCookie('browser_1'))

    expect(answer.body).toBe('blue')
    expect(site.posthog.flagCalls().map(({ body }) => body)).toMatchObject([{ distinct_id: 'user_1' }])
    const pageviews = (await site.events()).filter(({ event }) => event === '$pageview')
    expect(pageviews.map(({ distinct_id: id }) => id)).toEqual(['user_1'])
  })

  it.each([
    ['/api/v1/shops/7/products/9', 200, '/api/v1/shops/:shop/products/:product'],
    ['/api/v2/shops/7/products/9', 200, '/api/v2/shops/:shop/products/:product'],
    ['/api/v1/shops/7/reviews/9', 203, '/api/v1/shops/:shop/reviews/:review'],
  ])(
    'has the whole route of %s, with prefix, version and the modules around it',
    async (path, status, route) => {
      await expect(pageviewOf(platform, path)).resolves.toEqual({ status, route })
    },
  )

  it.each([
    ['there before', true],
    ['put there by main.ts', false],
  ])('opens beside a request hook of the application: %s', async (_case, before) => {
    let calls = 0
    const setHook = (adapter: object) =>
      (adapter as HookedAdapter).setOnRequestHook((_request, _response, done) => {
        calls++
        done()
      })
    const hooked: Platform = {
      ...platform,
      createAdapter(options) {
        const adapter = platform.createAdapter(options)
        if (before) setHook(adapter)
        return adapter
      },
    }
    const site = await startSite(hooked, {
      prepare: (app) => before || setHook(app.getHttpAdapter()),
      controllers: [ReviewController],
    })

    const answer = await site.visit('/reviews/9')

    expect([answer.status, calls]).toEqual([203, 1])
    expect((await site.events()).map(({ event }) => event)).toEqual(['$pageview'])
  })
})

/** What both adapters of Nest have, though their common type does not. */
interface HookedAdapter {
  setOnRequestHook(hook: (request: unknown, response: unknown, done: () => void) => void): void
}
