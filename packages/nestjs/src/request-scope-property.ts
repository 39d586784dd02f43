import type { RequestScope } from '@hedgerow/core'
import type { RequestLayer } from '@hedgerow/core/adapter'

/** What a request has under the name of a client: its scope, once that is open. */
export function scopeOf(request: object, name: string): RequestScope | undefined {
  return (Reflect.get(request, name) as RequestScope | null | undefined) ?? undefined
}

/** What has the name already keeps it, and the application hears of it. */
export function attachScope(request: object, layer: RequestLayer, scope: RequestScope): void {
  const { name } = layer
  if (scopeOf(request, name)) return layer.report(layer.nameTaken())
  Reflect.set(request, name, scope)
}
