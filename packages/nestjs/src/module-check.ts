import { ConfigError } from '@hedgerow/core'
import { type OnModuleInit, Scope } from '@nestjs/common'
import type { ModuleRef, ModulesContainer } from '@nestjs/core'
import { HedgerowMount } from './hedgerow.mount.ts'
import type { HedgerowModuleOptions } from './hedgerow.options.ts'
import { getHedgerowToken, optionsToken } from './hedgerow.tokens.ts'

/** The injection token of the check of each `HedgerowModule`, by which those of all installed copies find each other. */
export const moduleCheckToken = 'HEDGEROW_MODULE_CHECK'

/** Says what is wrong with a `HedgerowModule` among the others of its application. */
export class ModuleCheck implements OnModuleInit {
  readonly name: string
  readonly #moduleRef: ModuleRef
  readonly #modules: ModulesContainer

  constructor(name: string, moduleRef: ModuleRef, modules: ModulesContainer) {
    this.name = name
    this.#moduleRef = moduleRef
    this.#modules = modules
  }

  /** @throws ConfigError for a second module of the same name, and where every request would have a client of its own. */
  onModuleInit(): void {
    const { scope } = this.#moduleRef.introspect(getHedgerowToken(this.name))
    if (scope !== Scope.DEFAULT) throw new ConfigError(manyClients)
    const modules = this.#hedgerowModules()
    if (modules.filter(({ name }) => name === this.name).length > 1) throw nameTaken(this.name)
    const own = modules.findIndex(({ name }) => name === this.name)
    const projectToken = modules[own]?.projectToken
    const earlier = modules.slice(0, own).find((module) => module.projectToken === projectToken)
    if (!projectToken || !earlier) return
    this.#moduleRef.get(HedgerowMount).layer.report(tokenShared(earlier.name, this.name))
  }

  /** In the order in which the application has found them. */
  #hedgerowModules(): { name: string; projectToken: string | undefined }[] {
    return [...this.#modules.values()].flatMap(({ providers }) => {
      // Nest does not know what a token stands for; these two are ours.
      const check = providers.get(moduleCheckToken)?.instance as ModuleCheck | undefined
      const options = providers.get(optionsToken)?.instance as HedgerowModuleOptions | undefined
      return check ? [{ name: check.name, projectToken: options?.client ? undefined : options?.token }] : []
    })
  }
}

const manyClients =
  'HedgerowModule has options that come from a provider of request scope, so every request would have a client of its own; inject providers of default scope, and find the visitor in identity.resolve'

function nameTaken(name: string): ConfigError {
  return new ConfigError(
    `two HedgerowModules of the application have the name ${name}; keep what forRoot returns and import that wherever it is needed, or import it once with isGlobal: true, or give the second client a name of its own`,
    { code: 'name-taken' },
  )
}

function tokenShared(first: string, second: string): ConfigError {
  return new ConfigError(
    `the clients ${first} and ${second} have the same project token, so the project counts every page twice; use one client, or give each the token of its own project`,
    { code: 'token-shared' },
  )
}
