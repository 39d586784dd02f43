import type { RequestLayer } from '@hedgerow/core/adapter'
import type { CanActivate, ExecutionContext } from '@nestjs/common'
import { openCallScope } from './call-scopes.ts'

/** Opens the scopes of messages, which pass no middleware: as the first guard it is the first that sees one. */
export class ScopeGuard implements CanActivate {
  readonly #layers: (context: ExecutionContext) => Iterable<RequestLayer>

  constructor(layers: (context: ExecutionContext) => Iterable<RequestLayer>) {
    this.#layers = layers
  }

  canActivate(context: ExecutionContext): boolean {
    for (const layer of this.#layers(context)) openCallScope(layer, context)
    return true
  }
}
