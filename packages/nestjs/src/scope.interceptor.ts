import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common'
import { from, mergeMap, type Observable } from 'rxjs'
import { scopeOf } from './request-scope-property.ts'

/** Waits for the flags that are loaded ahead: behind the guards, where authentication has been, and before pipes and handler. */
export class ScopeInterceptor implements NestInterceptor {
  readonly #name: string

  constructor(name: string) {
    this.#name = name
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle()
    const ready = scopeOf(context.switchToHttp().getRequest<object>(), this.#name)?.ready
    return ready ? from(ready).pipe(mergeMap(() => next.handle())) : next.handle()
  }
}
