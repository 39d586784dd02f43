const jobs = Symbol.for('test.jobs')

/** Does work as a queue of the application does, which knows nothing of requests. */
export function startBackground() {
  globalThis[jobs] = []
  setInterval(() => {
    for (const job of globalThis[jobs].splice(0)) job()
  }, 5)
}

/** Has a function called there. @returns what it returns. */
export function inBackground(work) {
  return new Promise((resolve) => {
    globalThis[jobs].push(() => resolve(work()))
  })
}
