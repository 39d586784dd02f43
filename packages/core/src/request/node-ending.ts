/** The part of Node's `ServerResponse` by which its end is known. */
export interface NodeEnding {
  on(event: 'finish' | 'close', listener: () => void): this
}

/**
 * Calls back once, at the end of a response. Every response closes, also one that was hijacked, aborted or timed out; but
 * when the last one has finished, the framework may close the application before it has closed.
 */
export function onceEnded(response: NodeEnding, end: () => void): void {
  let isOver = false
  const endOnce = () => {
    if (!isOver) end()
    isOver = true
  }
  response.on('finish', endOnce).on('close', endOnce)
}
