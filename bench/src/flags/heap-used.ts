import { setImmediate } from 'node:timers/promises'

/**
 * Bytes in use after garbage is collected: JavaScript's heap, and the buffers that hang on it.
 *
 * @throws Error without `--expose-gc`
 */
export async function heapUsed(): Promise<number> {
  const { gc } = globalThis
  if (!gc) throw new Error('memory is measured after garbage is collected, so Node needs --expose-gc')
  // What finalizers and settled promises let go of is garbage only in the next turn.
  for (let round = 0; round < 4; round++) {
    await setImmediate()
    // Last in a round: what a subject still does in other turns makes garbage too.
    gc()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
