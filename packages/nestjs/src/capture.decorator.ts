import { UseInterceptors } from '@nestjs/common'
import type { Observable } from 'rxjs'
import {
  CaptureInterceptor,
  type CaptureProperties,
  type CapturePropertiesOf,
} from './capture.interceptor.ts'

/** Options of `Capture`. */
export interface CaptureOptions {
  /** Of the client that captures, where there are several. @default 'hedgerow' */
  readonly name?: string | undefined
}

/** Decorates handlers that answer with a `Result`, now or later. */
export type HandlerDecorator<Result> = <
  Handler extends (...args: never[]) => Result | PromiseLike<Result> | Observable<Result>,
>(
  target: object,
  property: string | symbol,
  descriptor: TypedPropertyDescriptor<Handler>,
) => void

/**
 * Captures an event of the visitor when a handler has succeeded: when what it returns has resolved, or its Observable has
 * completed. Of a stream that never completes, when its consumer leaves, if it has emitted anything. A handler that fails, and
 * a stream that does, capture nothing. On a controller it holds for all handlers.
 *
 * @example
 * \@Post() \@Capture('order placed', { channel: 'web' }) order() {}
 * \@Post() \@Capture('order placed', (order: Order) => ({ total: order.total })) order(): Promise<Order> {}
 */
export function Capture(
  event: string,
  properties?: CaptureProperties,
  options?: CaptureOptions,
): ClassDecorator & MethodDecorator
export function Capture<Result>(
  event: string,
  properties: CapturePropertiesOf<Result>,
  options?: CaptureOptions,
): HandlerDecorator<Result>
export function Capture<Result>(
  event: string,
  properties: CaptureProperties | CapturePropertiesOf<Result> = {},
  { name }: CaptureOptions = {},
): ClassDecorator & MethodDecorator {
  // What a handler answers with is for the decorator's type to say.
  const of =
    typeof properties === 'function' ? (properties as CapturePropertiesOf<unknown>) : () => properties
  return UseInterceptors(new CaptureInterceptor(event, of, name))
}
