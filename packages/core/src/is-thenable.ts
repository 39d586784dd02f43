/** Whether what a user's function returned is to be awaited. @throws whatever its members throw. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
