import type { Hedgerow } from '@hedgerow/core'
import { clientFrom } from '@hedgerow/core/adapter'
import { ConfigurableModuleBuilder, type DynamicModule, type Provider } from '@nestjs/common'
import { HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core'
import { flagsOfNobody } from './flags-of-nobody.ts'
import { HedgerowMount } from './hedgerow.mount.ts'
import type { HedgerowModuleExtras, HedgerowModuleOptions } from './hedgerow.options.ts'
import { HedgerowService } from './hedgerow.service.ts'
import { getHedgerowServiceToken, getHedgerowToken, optionsToken } from './hedgerow.tokens.ts'
import { ModuleCheck, moduleCheckToken } from './module-check.ts'
import { nestLog } from './nest-log.ts'

/** What `HedgerowModule` is made of; every token is named, so that it works without the metadata of decorators. */
export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<HedgerowModuleOptions>({
  optionsInjectionToken: optionsToken,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createHedgerowOptions')
  .setExtras<HedgerowModuleExtras>({ isGlobal: false, name: 'hedgerow' }, withProviders)
  .build()

function withProviders(definition: DynamicModule, extras: HedgerowModuleExtras): DynamicModule {
  const { isGlobal = false, name = 'hedgerow' } = extras
  const token = getHedgerowToken(name)
  const serviceToken = getHedgerowServiceToken(name)
  const providers: Provider[] = [
    {
      provide: moduleCheckToken,
      useFactory: (moduleRef: ModuleRef, modules: ModulesContainer) =>
        new ModuleCheck(name, moduleRef, modules),
      inject: [ModuleRef, ModulesContainer],
    },
    { provide: token, useFactory: createClient, inject: [optionsToken] },
    {
      provide: serviceToken,
      useFactory: (options: HedgerowModuleOptions, client: Hedgerow) =>
        new HedgerowService(client, flagsOfNobody(client, options)),
      inject: [optionsToken, token],
    },
    {
      provide: HedgerowMount,
      useFactory: (
        ...parts: [HedgerowModuleOptions, Hedgerow, HttpAdapterHost, ModuleRef, ModulesContainer]
      ) => new HedgerowMount(name, ...parts),
      inject: [optionsToken, token, HttpAdapterHost, ModuleRef, ModulesContainer],
    },
  ]
  return {
    ...definition,
    global: isGlobal,
    providers: [...(definition.providers ?? []), ...providers],
    exports: [token, serviceToken],
  }
}

function createClient(options: HedgerowModuleOptions): Hedgerow {
  if (options.client !== undefined) return clientFrom(options)
  return clientFrom({ ...options, runtime: { ...nestLog(), ...options.runtime } })
}
