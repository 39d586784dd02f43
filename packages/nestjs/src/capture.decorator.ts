import {
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common'
import { type Observable, tap } from 'rxjs'
import { scopeOfContext } from './scope-of-context.ts'

/** Options of `Capture`. */
export interface CaptureOptions {
  /** Of the client that captures, where there are several. @default 'hedgerow' */
  readonly name?: string | undefined
}

/**
 * Captures an event of the visitor when a handler has succeeded: when what it returns has resolved, or its Observable has
 * completed. A handler that fails, and a stream that ends before its time, capture nothing.
 *
 * @example
 * \@Post() \@Capture('order placed', { channel: 'web' }) order() {}
 */
export function Capture(
  event: string,
  properties: Readonly<Record<string, unknown>> = {},
  options: CaptureOptions = {},
): ClassDecorator & MethodDecorator {
  return UseInterceptors(new CaptureInterceptor(event, properties, options.name))
}

class CaptureInterceptor implements NestInterceptor {
  readonly #event: string
  readonly #properties: Readonly<Record<string, unknown>>
  readonly #name: string | undefined

  constructor(event: string, properties: Readonly<Record<string, unknown>>, name: string | undefined) {
    this.#event = event
    this.#properties = properties
    this.#name = name
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const scope = scopeOfContext(`@Capture('${this.#event}')`, context, this.#name)
    return next.handle().pipe(tap({ complete: () => scope.capture(this.#event, this.#properties) }))
  }
}
