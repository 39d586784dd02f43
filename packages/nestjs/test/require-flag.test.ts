import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  GoneException,
  Injectable,
  type NestInterceptor,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import { send, startScriptedServer, visitorCookie } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { HedgerowModule, RequireFlag, RequireFlagGuard, SkipFlag } from '../src/index.ts'
import { platforms } from './platforms.ts'
import { createApp, listen, startSite } from './test-site.ts'

const headers = visitorCookie('browser_1')

@Controller('plain')
class PlainController {
  @Get() open() {
    return 'open'
  }
  @Get('gated') @RequireFlag('on') gated() {
    return 'open'
  }
  @Get('closed') @RequireFlag('off') closed() {
    return 'open'
  }
  @Get('both') @RequireFlag('on') @RequireFlag('off') both() {
    return 'open'
  }
  @Get('variant') @RequireFlag('colour', { variant: 'blue' }) variant() {
    return 'open'
  }
  @Get('other-variant') @RequireFlag('colour', { variant: 'red' }) otherVariant() {
    return 'open'
  }
  @Get('unknown') @RequireFlag('nobody-knows') unknown() {
    return 'open'
  }
  @Get('allowed') @RequireFlag('nobody-knows', { whenUnknown: 'allow' }) allowed() {
    return 'open'
  }
  @Get('skipped') @SkipFlag() skipped() {
    return 'open'
  }
}

@Controller('gated')
@RequireFlag('off')
class GatedController {
  @Get() page() {
    return 'open'
  }
  @Get('own') @RequireFlag('on') own() {
    return 'open'
  }
  @Get('skipped') @SkipFlag() skipped() {
    return 'open'
  }
}

@Controller('free')
@SkipFlag()
class FreeController {
  @Get() page() {
    return 'open'
  }
}

@Controller('refusals')
class RefusalController {
  @Get('missing') @RequireFlag('off') missing() {}
  @Get('forbidden') @RequireFlag('off', { otherwise: 'forbidden' }) forbidden() {}
  @Get('redirect') @RequireFlag('off', { otherwise: { redirect: '/plain' } }) redirect() {}
  @Get('own') @RequireFlag('off', { otherwise: () => new GoneException('sold out') }) own() {}
  @Get('later')
  @RequireFlag('off', { otherwise: async () => Promise.resolve(new GoneException('sold out')) })
  later() {}
}

const controllers = [PlainController, GatedController, FreeController, RefusalController]

describe.each(platforms)('Idiom 8: RequireFlag on $name', (platform) => {
  it.each([
    ['/plain/gated', 200],
    ['/plain/closed', 404],
    ['/plain/both', 404],
    ['/plain/variant', 200],
    ['/plain/other-variant', 404],
    ['/plain/unknown', 404],
    ['/plain/allowed', 200],
    ['/gated', 404],
    ['/gated/own', 200],
    ['/gated/skipped', 200],
  ])('answers %s with %i', async (path, status) => {
    const site = await startSite(platform, { controllers })
    site.posthog.flags = { on: true, off: false, colour: 'blue' }

    const answer = await site.send(path, { headers })

    expect(answer.status).toBe(status)
    expect(answer.body === 'open').toBe(status === 200)
  })

  it.each([
    ['/plain', 404],
    ['/plain/gated', 200],
    ['/plain/skipped', 200],
    ['/gated', 404],
    ['/gated/own', 200],
    ['/free', 200],
  ])('as a global guard answers %s with %i', async (path, status) => {
    const site = await startSite(platform, {
      controllers,
      providers: [{ provide: APP_GUARD, useValue: new RequireFlagGuard('off') }],
    })
    site.posthog.flags = { on: true, off: false }

    expect((await site.send(path, { headers })).status).toBe(status)
  })

  it.each([
    [
      '/refusals/missing',
      404,
      { statusCode: 404, message: 'Cannot GET /refusals/missing?a=1', error: 'Not Found' },
    ],
    ['/refusals/forbidden', 403, { statusCode: 403, message: 'Forbidden resource', error: 'Forbidden' }],
    ['/refusals/redirect', 302, { statusCode: 302, message: 'Found' }],
    ['/refusals/own', 410, { statusCode: 410, message: 'sold out', error: 'Gone' }],
    ['/refusals/later', 410, { statusCode: 410, message: 'sold out', error: 'Gone' }],
  ])('refuses %s with %i by an exception of Nest', async (path, status, body) => {
    const site = await startSite(platform, { controllers })
    site.posthog.flags = { off: false }

    const answer = await site.send(`${path}?a=1`, { headers })

    expect([answer.status, JSON.parse(answer.body)]).toEqual([status, body])
    expect(answer.headers['location']).toBe(status === 302 ? '/plain' : undefined)
  })

  it('asks for the user whom a guard beneath it has found, before interceptors', async () => {
    const stages: string[] = []
    @Injectable()
    class Authentication implements CanActivate {
      canActivate(context: ExecutionContext) {
        stages.push('authentication')
        Object.assign(context.switchToHttp().getRequest<object>(), { user: 'user_1' })
        return true
      }
    }
    @Injectable()
    class Interceptor implements NestInterceptor {
      intercept(_context: ExecutionContext, next: { handle(): never }) {
        stages.push('interceptor')
        return next.handle()
      }
    }
    @Controller()
    class Gated {
      @Get()
      @RequireFlag('off')
      @UseGuards(Authentication)
      @UseInterceptors(Interceptor)
      page() {}
    }
    const site = await startSite(platform, {
      controllers: [Gated],
      request: { identity: { resolve: ({ user }) => user as string | undefined } },
    })
    site.posthog.flags = { off: false }

    const answer = await site.send('/', { headers })

    expect([answer.status, stages]).toEqual([404, ['authentication']])
    expect(site.posthog.flagCalls().map(({ body }) => body)).toMatchObject([{ distinct_id: 'user_1' }])
  })

  it('asks once for a request that meets several gates, and exposes each flag once', async () => {
    const site = await startSite(platform, { controllers })
    site.posthog.flags = { on: true, off: false }

    await site.send('/plain/both', { headers })

    expect(site.posthog.flagCalls()).toHaveLength(1)
    const exposed = (await site.events()).filter(({ event }) => event === '$feature_flag_called')
    expect(exposed.map(({ properties }) => properties['$feature_flag'])).toEqual(['off'])
  })

  it('asks the client that it names', async () => {
    const posthog = await startScriptedServer()
    onTestFinished(() => posthog.close())
    posthog.flags = { on: true }
    @Controller()
    class Gated {
      @Get() @RequireFlag('on', { name: 'shop' }) page() {
        return 'open'
      }
    }
    const hedgerow = HedgerowModule.forRoot({
      name: 'shop',
      token: 'phc_shop',
      host: posthog.url,
      runtime: { log: () => {} },
    })
    const app = await createApp(platform, { imports: [hedgerow], controllers: [Gated] })
    onTestFinished(() => app.close())

    expect((await send(await listen(app), { headers })).body).toBe('open')
  })

  it('without HedgerowModule fails the request, and says why in the log of Nest', async () => {
    const logged: string[] = []
    const app = await createApp(platform, { controllers: [PlainController] })
    onTestFinished(() => app.close())
    const note = (...line: unknown[]) => void logged.push(line.join(' '))
    app.useLogger({ log: note, error: note, warn: note })

    const answer = await send(`${await listen(app)}/plain/gated`, { headers })

    expect(answer.status).toBe(500)
    expect(logged.join('\n')).toContain(
      "RequireFlag('on') needs a request or message with a scope called hedgerow",
    )
  })
})

it.each([
  ['an empty key', () => RequireFlag('')],
  ['a variant that is none', () => RequireFlag('on', { variant: 1 as unknown as string })],
  ['an otherwise that is none', () => RequireFlag('on', { otherwise: 'next' as 'forbidden' })],
])('RequireFlag with %s does not get as far as a request', (_case, decorate) => {
  expect(decorate).toThrow(/^RequireFlag needs/)
})
