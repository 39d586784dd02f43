import { type CallHandler, type ExecutionContext, Logger, type NestInterceptor } from '@nestjs/common'
import { defer, finalize, type Observable, tap } from 'rxjs'
import { scopeOfContext } from './scope-of-context.ts'

/** Properties of an event. */
export type CaptureProperties = Readonly<Record<string, unknown>>

/**
 * Gives the properties of an event of what the handler has answered: what its promise has resolved with, or the last value
 * of its Observable. One that throws is told of once, and its event has no properties.
 */
export type CapturePropertiesOf<Result> = (
  result: Result,
  context: ExecutionContext,
) => CaptureProperties | undefined

/** Captures one event for each subscription to a handler's answer that goes well. */
export class CaptureInterceptor implements NestInterceptor {
  readonly #event: string
  readonly #propertiesOf: CapturePropertiesOf<unknown>
  readonly #name: string | undefined
  #hasWarned = false

  constructor(event: string, propertiesOf: CapturePropertiesOf<unknown>, name: string | undefined) {
    this.#event = event
    this.#propertiesOf = propertiesOf
    this.#name = name
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const scope = scopeOfContext(`@Capture('${this.#event}')`, context, this.#name)
    return defer(() => {
      let result: unknown
      let isSuccess = false
      return next.handle().pipe(
        tap({
          next(value) {
            result = value
            isSuccess = true
          },
          error: () => (isSuccess = false),
          complete: () => (isSuccess = true),
        }),
        finalize(() => {
          if (isSuccess) scope.capture(this.#event, this.#propertiesFor(result, context))
        }),
      )
    })
  }

  #propertiesFor(result: unknown, context: ExecutionContext): CaptureProperties | undefined {
    try {
      return this.#propertiesOf(result, context)
    } catch {
      if (!this.#hasWarned) {
        this.#hasWarned = true
        new Logger('Hedgerow').warn(
          `[hedgerow] capture-properties: the properties of @Capture('${this.#event}') threw, so its events are captured without them; the function must give an object for every answer of the handler`,
        )
      }
      return undefined
    }
  }
}
