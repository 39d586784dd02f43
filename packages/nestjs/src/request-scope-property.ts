import type { RequestScope } from '@hedgerow/core'
import type { RequestLayer } from '@hedgerow/core/adapter'
import { noteScope } from './scope-notes.ts'

/**
 * Gives a request its scope, under the name of the client. What has that name already keeps it, and the application hears
 * of it.
 */
export function attachScope(request: object, layer: RequestLayer, scope: RequestScope): void {
  const { name } = layer
  noteScope(request, name, scope)
  if (Reflect.get(request, name)) layer.report(layer.nameTaken())
  else Reflect.set(request, name, scope)
}
