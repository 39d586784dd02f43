const escapes = /(?:%[0-9a-f]{2})+/gi
/** Frameworks and link trackers encode twice by accident, and three times when they meet. */
const mostRounds = 5

/** A text without its percent-encoding, however often it was encoded; what is broken in it hides nothing else. */
export function decoded(text: string): string {
  let result = text
  for (let round = 0; round < mostRounds && result.includes('%'); round++) {
    const next = decodedOnce(result)
    if (next === result) break
    result = next
  }
  return result
}

/** A text without one layer of percent-encoding. Never throws. */
export function decodedOnce(text: string): string {
  if (!text.includes('%')) return text
  return text.replace(escapes, (run) => {
    try {
      return decodeURIComponent(run)
    } catch {
      return run.replace(/%(..)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    }
  })
}
