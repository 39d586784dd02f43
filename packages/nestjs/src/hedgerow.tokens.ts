import { Inject, type InjectionToken } from '@nestjs/common'
import { HedgerowService } from './hedgerow.service.ts'

const defaultName = 'hedgerow'

/** The injection token of what a module was configured with; only its own providers see it. */
export const optionsToken = 'HEDGEROW_MODULE_OPTIONS'

/**
 * The injection token of a client, for `overrideProvider` in tests and for `inject` of factories.
 *
 * @param name that the module was given. @default 'hedgerow'
 */
export function getHedgerowToken(name = defaultName): string {
  return `HEDGEROW_CLIENT_${name}`
}

/**
 * Injects the client of a `HedgerowModule`.
 *
 * @param name that the module was given. @default 'hedgerow'
 * @example
 * constructor(\@InjectHedgerow() private readonly hedgerow: Hedgerow) {}
 */
export function InjectHedgerow(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getHedgerowToken(name))
}

/**
 * The injection token of a `HedgerowService`: that class itself, but for those of clients that have a name.
 *
 * @param name that the module was given. @default 'hedgerow'
 */
export function getHedgerowServiceToken(name = defaultName): InjectionToken<HedgerowService> {
  return name === defaultName ? HedgerowService : `HEDGEROW_SERVICE_${name}`
}

/**
 * Injects the `HedgerowService` of a module that was given a name; without one it is what the type `HedgerowService` injects.
 *
 * @example
 * constructor(\@InjectHedgerowService('shop') private readonly shop: HedgerowService) {}
 */
export function InjectHedgerowService(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getHedgerowServiceToken(name))
}
