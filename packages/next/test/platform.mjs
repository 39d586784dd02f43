/** Stands where a platform of functions does, and says when what it had to wait for is done. */
globalThis[Symbol.for('@next/request-context')] = {
  get: () => ({
    waitUntil(work) {
      let isDone = false
      void work.then(() => (isDone = true))
      // Next.js asks for nothing too.
      setImmediate(() => {
        if (!isDone) void work.then(() => console.log('the platform has waited'))
      })
    },
  }),
}
