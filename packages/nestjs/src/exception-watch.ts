import type { ArgumentsHost } from '@nestjs/common'
import { scopesOfCall } from './call-scopes.ts'
import { exceptionsHandlers } from './nest-packages.ts'

type Handle = (this: unknown, exception: unknown, host: ArgumentsHost, ...others: unknown[]) => unknown

/** What was given a watch already: the handlers of one copy of Nest are shared by all applications of a process. */
const watched = new WeakSet<object>()

/**
 * Has every exception noted that reaches Nest's exception layer, before the application's filters and whatever they do
 * with it; it changes nothing about what they and Nest do.
 *
 * Nest has no hook for this. Of its filters the first that matches is the only one called, so a filter of ours would either
 * take exceptions away from those of the application, or never see what they handle; an interceptor sees nothing of guards,
 * middleware and filters. Nest makes an exceptions handler by itself for each handler of the application, and shows none of
 * them to anybody, so it is the method of their class that is wrapped: once, and to no effect for what has no scope.
 */
export async function watchExceptions(): Promise<void> {
  for (const { prototype, method } of await exceptionsHandlers()) watch(prototype, method)
}

function watch(prototype: object, method: 'next' | 'handle'): void {
  const handle: unknown = Reflect.get(prototype, method)
  if (watched.has(prototype) || typeof handle !== 'function') return
  watched.add(prototype)
  const watching: Handle = function (exception, host, ...others) {
    note(exception, host)
    try {
      return Reflect.apply(handle, this, [exception, host, ...others])
    } catch (thrown) {
      // What filters of HTTP requests throw comes back here, and those of GraphQL throw their answers.
      if (method === 'handle') note(thrown, host)
      throw thrown
    }
  }
  Reflect.set(prototype, method, watching)
}

/** Never throws, whatever objects a context is made of. */
function note(exception: unknown, host: ArgumentsHost): void {
  try {
    for (const scope of scopesOfCall(host).values()) {
      // A scope of an older installed copy of core has neither.
      if (host.getType() === 'http') scope.observe?.(exception)
      else if (!isAnswer(exception)) scope.fail?.(exception)
    }
  } catch {
    // It is the application's to fail by, and Nest's to handle.
  }
}

/**
 * Whether an exception is meant for the client, as one of HTTP says by its status: those of gateways and microservices are,
 * and those of GraphQL with a code of their own.
 */
function isAnswer(exception: unknown): boolean {
  if (typeof exception !== 'object' || exception === null) return false
  if ('getError' in exception) return true
  const extensions: unknown = 'extensions' in exception ? exception.extensions : undefined
  if (typeof extensions !== 'object' || extensions === null || !('code' in extensions)) return false
  return extensions.code !== 'INTERNAL_SERVER_ERROR'
}
