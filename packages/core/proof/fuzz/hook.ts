import * as fc from 'fast-check'
import type { HedgerowClient } from '../../src/index.ts'
import { type Hostile, hostileObject, hostileValue, made } from './hostile-value.ts'

/** What a function of the user's does when the client calls it. */
export type Hook =
  | { readonly kind: 'passes on' | 'throws' | 'rejects' | 'captures' | 'flushes' | 'shuts down' }
  | { readonly kind: 'answers' | 'adds'; readonly value: Hostile }

/** A user's function, well-behaved most of the time. */
export const hook: fc.Arbitrary<Hook> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Hook>({ kind: 'passes on' }) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(
        'throws' as const,
        'rejects' as const,
        'captures' as const,
        'flushes' as const,
        'shuts down' as const,
      )
      .map((kind): Hook => ({ kind })),
  },
  {
    weight: 2,
    arbitrary: fc.oneof(
      hostileValue.map((value): Hook => ({ kind: 'answers', value })),
      hostileObject.map((value): Hook => ({ kind: 'adds', value })),
    ),
  },
)

/** The function. It calls the client back a few times only: a listener of `flush` that always flushes would never end. */
export function functionOf(
  hook: Hook,
  client: () => HedgerowClient | undefined,
): (given: unknown) => unknown {
  let left = 3
  const callBack = () => {
    if (left-- <= 0) return
    if (hook.kind === 'captures') client()?.capture({ event: 'captured by a hook', distinctId: 'hook' })
    if (hook.kind === 'flushes') void client()?.flush()
    if (hook.kind === 'shuts down') void client()?.shutdown(10)
  }
  return (given) => {
    callBack()
    switch (hook.kind) {
      case 'throws':
        throw new Error('thrown by a hook')
      case 'rejects':
        return Promise.reject(new Error('rejected by a hook'))
      case 'answers':
        return made(hook.value)
      case 'adds':
        return typeof given === 'object' ? { ...given, properties: made(hook.value) } : made(hook.value)
      default:
        return given
    }
  }
}
