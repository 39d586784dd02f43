const tags: ReadonlySet<string> = new Set(['[object Error]', '[object DOMException]'])

/**
 * True for errors of every realm: where an application runs in a sandbox (Next.js on the edge, `node:vm`, a test runner),
 * what its `fetch` throws is no instance of the sandbox's `Error`. Never throws.
 */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false
  try {
    return value instanceof Error || tags.has(Object.prototype.toString.call(value))
  } catch {
    return false
  }
}
