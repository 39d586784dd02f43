/**
 * Calls back where what a user's function returned is a promise, which nobody asked for, and rejects: without a handler
 * it would end the process.
 */
export function whenRejected(returned: unknown, callback: () => void): void {
  if (!isPromise(returned)) return
  // Awaited rather than asked: its methods are the user's.
  const outcome = async () => void (await returned)
  outcome().catch(callback)
}

/** By tag as well: a promise of another realm is no instance of ours. */
function isPromise(value: unknown): value is Promise<unknown> {
  try {
    return value instanceof Promise || Object.prototype.toString.call(value) === '[object Promise]'
  } catch {
    return false
  }
}
