import type { Server } from 'node:http'
import { ConfigError, type Hedgerow } from '@hedgerow/core'
import { attachClient, type RequestLayer } from '@hedgerow/core/adapter'
import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common'
import type { HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core'
import { expressScopes } from './express-scopes.ts'
import { mountOnFastify } from './fastify-scopes.ts'
import { watchExceptions } from './exception-watch.ts'
import { openScopesOfGateways } from './gateways.ts'
import { putFirst } from './global-enhancers.ts'
import type { HedgerowModuleOptions } from './hedgerow.options.ts'
import { resolversOf } from './message-carrier.ts'
import { ScopeGuard } from './scope.guard.ts'
import { ScopeInterceptor } from './scope.interceptor.ts'
import { noteUpgrades } from './upgrade-requests.ts'

type Platform = HttpAdapterHost['httpAdapter']

/** A client in its place in an application: it opens scopes as soon as there is a platform, and ends with the application. */
export class HedgerowMount implements OnModuleInit, OnApplicationShutdown {
  readonly layer: RequestLayer
  readonly #close: ReturnType<typeof attachClient>['close']
  readonly #isOwn: boolean
  readonly #host: HttpAdapterHost
  #failure: unknown

  /** @throws ConfigError for an option that cannot work. */
  constructor(
    name: string,
    options: HedgerowModuleOptions,
    client: Hedgerow,
    host: HttpAdapterHost,
    moduleRef: ModuleRef,
    modules: ModulesContainer,
  ) {
    if ('name' in options) {
      throw new ConfigError(
        'name must stand beside useFactory, useClass or useExisting in forRootAsync, because the injection token is made of it',
      )
    }
    const { layer, close } = attachClient({ ...options, ...resolversOf(options), name }, client)
    this.layer = layer
    this.#host = host
    this.#close = close
    this.#isOwn = options.client === undefined
    const layers = () => [layer]
    putFirst(moduleRef, { guard: new ScopeGuard(layers), interceptor: new ScopeInterceptor(layers) })
    openScopesOfGateways(modules, layer)
    // There before any module, or in a test when its application is created; never in a microservice.
    host.init$.subscribe(() => this.#mount(host.httpAdapter))
    host.listen$.subscribe(() => this.#checkShutdownHooks())
  }

  /** @throws ConfigError where the client could not take its place. */
  async onModuleInit(): Promise<void> {
    if (this.#failure) throw this.#failure
    await watchExceptions()
    const server: Server | undefined = this.#host.httpAdapter?.getHttpServer()
    if (server) noteUpgrades(server)
  }

  async onApplicationShutdown(): Promise<void> {
    const { pending } = await this.#close()
    // A client that is shut down says so itself.
    if (pending === 0 || this.#isOwn) return
    new Logger('Hedgerow').warn(
      `[hedgerow] close: events were not sent before the application closed: ${pending}; the client keeps them until it is shut down`,
    )
  }

  /** What it throws would be lost in an observable. */
  #mount(platform: Platform | null): void {
    if (!platform) return
    try {
      mountOn(platform, this.layer)
    } catch (error) {
      this.#failure = error
    }
  }

  /** Without them nothing tells the application that its process is asked to stop. */
  #checkShutdownHooks(): void {
    if (process.listenerCount('SIGTERM') > 0) return
    this.layer.report(
      new ConfigError(
        'nobody listens for SIGTERM, so the last events are lost when the process is stopped; call app.enableShutdownHooks() before app.listen()',
        { code: 'shutdown-hooks-off' },
      ),
    )
  }
}

function mountOn(platform: Platform, layer: RequestLayer): void {
  const type = platform.getType()
  if (type === 'express') platform.use(expressScopes(layer))
  else if (type === 'fastify') mountOnFastify(platform, layer)
  else throw new ConfigError(`HedgerowModule needs the platform express or fastify, got ${type}`)
}
