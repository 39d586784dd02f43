import type { RequestScope } from '@hedgerow/core'
import type { RequestLayer } from '@hedgerow/core/adapter'
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common'
import { from, mergeMap, Observable } from 'rxjs'
import { scopesOfCall } from './call-scopes.ts'
import { noteScope, scopesOn } from './scope-notes.ts'

/**
 * Waits for the flags that are loaded ahead: behind the guards, where authentication has been, and before pipes and handler.
 * What no HTTP request has brought runs in its scope from here on.
 */
export class ScopeInterceptor implements NestInterceptor {
  readonly #layers: (context: ExecutionContext) => Iterable<RequestLayer>

  constructor(layers: (context: ExecutionContext) => Iterable<RequestLayer>) {
    this.#layers = layers
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const scopes = scopesOfCall(context)
    let handle = () => next.handle()
    for (const { name } of this.#layers(context)) {
      const scope = scopes.get(name)
      // All interceptors of a call are given the same context.
      if (!scope || scopesOn(context).has(name)) continue
      noteScope(context, name, scope)
      const inner = handle
      handle = () => readyIn(scope, context.getType() === 'http' ? inner : runIn(scope, inner))
    }
    return handle()
  }
}

function readyIn({ ready }: RequestScope, handle: () => Observable<unknown>): Observable<unknown> {
  return ready ? from(ready).pipe(mergeMap(handle)) : handle()
}

/** Each subscription in a run of its own, as each is a call of the handler. */
function runIn(scope: RequestScope, handle: () => Observable<unknown>): () => Observable<unknown> {
  return () => new Observable((subscriber) => scope.run(() => handle().subscribe(subscriber)))
}
