import { Inject } from '@nestjs/common'

/**
 * The injection token of a client, for `overrideProvider` in tests and for `inject` of factories.
 *
 * @param name that the module was given. @default 'hedgerow'
 */
export function getHedgerowToken(name = 'hedgerow'): string {
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
