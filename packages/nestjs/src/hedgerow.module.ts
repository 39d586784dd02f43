import { type DynamicModule, Module } from '@nestjs/common'
import { ConfigurableModuleClass } from './hedgerow.module-definition.ts'
import type { HedgerowModuleExtras, HedgerowModuleOptions, NestRequest } from './hedgerow.options.ts'

/**
 * Gives every request a scope, and captures one server pageview when the response of a page has closed. Address, protocol
 * and host are what the platform reports by its own trust setting. It never fails a request.
 *
 * Given a `token`, it creates a client and shuts it down with the application; given a `client`, it only flushes that.
 * Starting the application rejects with a `ConfigError` for an option that cannot work, and for a name that is taken.
 *
 * @example
 * \@Module({ imports: [HedgerowModule.forRoot({ token: process.env.POSTHOG_KEY, isGlobal: true })] })
 * class AppModule {}
 */
@Module({})
export class HedgerowModule extends ConfigurableModuleClass {
  /** With options that are known at once. */
  static override forRoot<Request = NestRequest>(
    options: HedgerowModuleOptions<Request> & HedgerowModuleExtras,
  ): DynamicModule {
    // Which request it is only the resolver cares about, and Nest's platform decides.
    return super.forRoot(options as HedgerowModuleOptions & HedgerowModuleExtras)
  }
}
