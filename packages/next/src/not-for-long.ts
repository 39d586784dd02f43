/** As long as the applications of other frameworks wait at their end, and the time in which events gather. */
const longestMs = 2500

/**
 * Resolves when the work is over, and after a moment at the latest: whoever waits before a server ends, such as `after()`,
 * would go on for as long as PostHog is tried again. The work itself goes on.
 */
export function notForLong(work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, longestMs)
    const over = () => {
      clearTimeout(timer)
      resolve()
    }
    work.then(over, over)
  })
}
