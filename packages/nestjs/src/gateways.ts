import { createNotes, type RequestLayer } from '@hedgerow/core/adapter'
import type { ExecutionContext } from '@nestjs/common'
import type { ModulesContainer } from '@nestjs/core'
import { ScopeGuard } from './scope.guard.ts'
import { ScopeInterceptor } from './scope.interceptor.ts'

/** The clients of the application that a gateway was last part of, by name. */
const layersOfGateway = createNotes<Map<string, RequestLayer>>()
const layersOf = (context: ExecutionContext) => layersOfGateway.get(context.getClass())?.values() ?? []
const guard = new ScopeGuard(layersOf)
const interceptor = new ScopeInterceptor(layersOf)

/**
 * Gives all gateways of an application the scopes of a client. Nest 11 asks no global guards and interceptors for them, so
 * they are put on the classes, as decorators would put them, before those of the application.
 */
export function openScopesOfGateways(modules: ModulesContainer, layer: RequestLayer): void {
  for (const { providers } of modules.values()) {
    for (const { metatype } of providers.values()) {
      if (typeof metatype !== 'function' || !isGateway(metatype)) continue
      const layers = layersOfGateway.get(metatype)
      if (layers) layers.set(layer.name, layer)
      else {
        layersOfGateway.set(metatype, new Map([[layer.name, layer]]))
        prepend('__guards__', guard, metatype)
        prepend('__interceptors__', interceptor, metatype)
      }
    }
  }
}

function isGateway(metatype: object): boolean {
  return Reflect.getMetadata('websockets:is_gateway', metatype) === true
}

function prepend(key: string, enhancer: object, metatype: object): void {
  const others = (Reflect.getMetadata(key, metatype) ?? []) as readonly object[]
  Reflect.defineMetadata(key, [enhancer, ...others], metatype)
}
