import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  type INestApplication,
  Module,
  Post,
  Req,
  Res,
  type Type,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type {
  AdapterHarness,
  ConformanceScope,
  Reply,
  RouteCall,
  SiteDescription,
  SiteRoute,
} from 'testkit/conformance'
import { HedgerowClient, HedgerowModule, RequireFlag } from '../src/index.ts'
import type { Platform } from './platforms.ts'

/** A request of either platform. */
interface Request {
  readonly hedgerow?: ConformanceScope
  readonly params: RouteCall['params']
  readonly body: unknown
  readonly raw?: IncomingMessage
}

/** Builds the sites of the conformance suite with Nest on one platform. */
export function nestHarness(platform: Platform): AdapterHarness<HedgerowClient> {
  return {
    name: `${process.env['NEST']} on ${platform.name}`,
    createClient: (token, options) => new HedgerowClient(token, options),
    async start(description) {
      const app = await buildApp(platform, description)
      await app.listen(0, '127.0.0.1')
      return { server: app.getHttpServer(), close: () => app.close() }
    },
  }
}

async function buildApp(
  platform: Platform,
  description: SiteDescription<HedgerowClient>,
): Promise<INestApplication> {
  const { authenticate, routes, errorPage } = description
  @Module({})
  class Site {}
  const app = await NestFactory.create(
    {
      module: Site,
      imports: hedgerowFor(description),
      controllers: routes.map((route) => controllerOf(route, platform)),
    },
    platform.createAdapter({ bodyLimit: 2 * 1024 * 1024 }),
    { logger: false },
  )
  if (authenticate) {
    app.use((request: IncomingMessage, _response: ServerResponse, next: () => void) => {
      authenticate(request)
      next()
    })
  }
  platform.acceptBodies(app, '2mb')
  if (errorPage) app.useGlobalFilters(errorFilter(errorPage, platform))
  return app
}

function hedgerowFor({ client, request }: SiteDescription<HedgerowClient>) {
  if (!client) return []
  const { resolve, consent, ...others } = request
  return [
    HedgerowModule.forRoot<Request & IncomingMessage>({
      client,
      ...others,
      identity: { resolve: resolve && ((incoming) => resolve(incoming.raw ?? incoming)) },
      consent: {
        resolve: consent?.resolve && ((incoming) => consent.resolve?.(incoming.raw ?? incoming)),
      },
    }),
  ]
}

function controllerOf(
  { method = 'GET', mounts = [], path, flag, handle }: SiteRoute,
  platform: Platform,
): Type {
  const verb = method === 'POST' ? Post : Get
  @Controller(mounts.join(''))
  class RouteController {
    @verb(path)
    answer(@Req() request: Request, @Res() response: never) {
      const answer = handle(callOf(request, platform.rawResponse(response)))
      if (answer instanceof Promise) return answer.then((later) => platform.reply(response, later))
      return platform.reply(response, answer)
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(RouteController.prototype, 'answer')
  if (flag !== undefined && descriptor) RequireFlag(flag)(RouteController.prototype, 'answer', descriptor)
  return RouteController
}

function errorFilter(
  errorPage: (error: unknown, call: RouteCall) => Reply,
  platform: Platform,
): ExceptionFilter {
  @Catch()
  class ErrorPage implements ExceptionFilter {
    catch(error: unknown, host: ArgumentsHost) {
      const http = host.switchToHttp()
      const response = http.getResponse<never>()
      if (platform.rawResponse(response).headersSent) return
      platform.reply(response, errorPage(error, callOf(http.getRequest(), platform.rawResponse(response))))
    }
  }
  return new ErrorPage()
}

function callOf(request: Request, response: ServerResponse): RouteCall {
  const { hedgerow: scope, params, body, raw } = request
  return { scope, params, body, request: raw ?? (request as unknown as IncomingMessage), response }
}
