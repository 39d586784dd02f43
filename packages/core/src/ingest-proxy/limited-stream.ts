/** What a limited stream tells its owner. */
export interface StreamLimits {
  readonly maxBytes: number
  /** Ends the stream with an error when it aborts, even if the source does not notice. */
  readonly signal: AbortSignal
  /** Each chunk as it passes. */
  readonly onChunk?: ((chunk: Uint8Array) => void) | undefined
  /** More than `maxBytes` came; whoever hears it aborts `signal`. */
  readonly onExcess: () => void
  /** The source failed, and so does the stream. */
  readonly onBroken?: () => void
  /** Once, for whatever reason it ended. @param complete whether all of it passed. */
  readonly onEnd: (complete: boolean) => void
}

/** A stream that passes another one on, chunk by chunk as it is read, with nothing waiting in between. */
export function limitedStream(
  source: ReadableStream<Uint8Array>,
  limits: StreamLimits,
): ReadableStream<Uint8Array> {
  const reader = source.getReader()
  let bytes = 0
  let ended = false
  let onAbort = () => {}
  const end = (complete: boolean) => {
    if (ended) return
    ended = true
    limits.signal.removeEventListener('abort', onAbort)
    if (!complete) reader.cancel().catch(ignore)
    limits.onEnd(complete)
  }
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        onAbort = () => {
          end(false)
          controller.error(new Error('the exchange was given up'))
        }
        if (limits.signal.aborted) onAbort()
        else limits.signal.addEventListener('abort', onAbort)
      },
      async pull(controller) {
        const read = await reader.read().catch((cause: unknown) => {
          if (!ended) limits.onBroken?.()
          end(false)
          throw cause
        })
        if (ended) return
        if (read.done) {
          end(true)
          return controller.close()
        }
        bytes += read.value.byteLength
        if (bytes > limits.maxBytes) return limits.onExcess()
        limits.onChunk?.(read.value)
        controller.enqueue(read.value)
      },
      cancel: () => end(false),
    },
    { highWaterMark: 0 },
  )
}

function ignore(): void {}
