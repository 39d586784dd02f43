import type { Server } from 'node:http'
import {
  Capture,
  CurrentScope,
  Flag,
  type FlagValue,
  getHedgerowToken,
  type Hedgerow,
  HedgerowModule,
  HedgerowService,
  InjectHedgerow,
  RequireFlag,
  type RequestScope,
} from '@hedgerow/nestjs'
import { HedgerowHealthIndicator } from '@hedgerow/nestjs/terminus'
import { Controller, type DynamicModule, Get, Header, Inject, Injectable, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus'
import type { Observable } from 'rxjs'

/** Names what is injected, as builds without the metadata of decorators need it. */
@Injectable()
export class Visits {
  readonly #hedgerow: HedgerowService

  constructor(@Inject(HedgerowService) hedgerow: HedgerowService) {
    this.#hedgerow = hedgerow
  }

  count(): string | undefined {
    this.#hedgerow.capture('visited')
    return this.#hedgerow.distinctId
  }
}

@Controller()
class PageController {
  readonly #client: Hedgerow
  readonly #visits: Visits

  constructor(@InjectHedgerow() client: Hedgerow, @Inject(Visits) visits: Visits) {
    this.#client = client
    this.#visits = visits
  }

  @Get()
  @Header('Content-Type', 'text/html')
  @RequireFlag('hero', { otherwise: 'forbidden' })
  @Capture('page seen', (page: string) => ({ size: page.length }))
  page(@CurrentScope() scope: RequestScope, @Flag('hero') hero: FlagValue): string {
    const isOne = this.#client.scope() === scope && this.#visits.count() === scope.distinctId
    return JSON.stringify({ distinctId: isOne ? scope.distinctId : 'not one visitor', hero })
  }

  @Capture('streamed', (last: number) => ({ last }))
  stream(numbers: Observable<number>): Observable<number> {
    return numbers
  }
}

@Controller('health')
class HealthController {
  readonly #health: HealthCheckService
  readonly #hedgerow: HedgerowHealthIndicator

  constructor(
    @Inject(HealthCheckService) health: HealthCheckService,
    @Inject(HedgerowHealthIndicator) hedgerow: HedgerowHealthIndicator,
  ) {
    this.#health = health
    this.#hedgerow = hedgerow
  }

  @Get()
  @HealthCheck()
  check(): Promise<unknown> {
    return this.#health.check([() => this.#hedgerow.isHealthy('hedgerow')])
  }
}

/** The application, on a client that is there already. */
@Module({
  imports: [TerminusModule],
  controllers: [PageController, HealthController],
  providers: [Visits, HedgerowHealthIndicator],
})
export class AppModule {
  static on(client: Hedgerow): DynamicModule {
    return { module: AppModule, imports: [HedgerowModule.forRoot({ client })] }
  }
}

/** A server of Nest whose page says what `serve-one-page.cjs` wants to know. */
export async function createServer(client: Hedgerow): Promise<Server> {
  const app = await NestFactory.create(AppModule.on(client), { logger: ['error', 'warn'] })
  app.enableShutdownHooks()
  await app.init()
  const { status } = app.get(HedgerowHealthIndicator).isHealthy('hedgerow').hedgerow
  if (status !== 'up' || app.get(getHedgerowToken()) !== client) throw new Error(`the client is ${status}`)
  return app.getHttpServer() as Server
}
