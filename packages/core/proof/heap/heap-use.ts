/** Bytes that live on the heap, after everything else was collected. Needs `--expose-gc`. */
export async function heapUse(): Promise<number> {
  await new Promise((resolve) => setImmediate(resolve))
  if (!globalThis.gc) throw new Error('the heap is measured in a process with --expose-gc only')
  // As if memory had run out: the engine gives its caches up too, which would hide a leak of their size.
  globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  return process.memoryUsage().heapUsed
}
