/**
 * The stack of the code that called `callee`, which must itself be running: the place to show for a thrown value
 * that has no stack. Undefined where the engine or the application's `Error.prepareStackTrace` gives no text.
 */
export function callerStack(callee: (...args: never[]) => unknown): string | undefined {
  const holder: { stack?: unknown } = {}
  try {
    // Only V8 and its imitators can leave out our own frames.
    if (typeof Error.captureStackTrace === 'function') Error.captureStackTrace(holder, callee)
    else holder.stack = new Error().stack
    return typeof holder.stack === 'string' ? holder.stack : undefined
  } catch {
    return undefined
  }
}
