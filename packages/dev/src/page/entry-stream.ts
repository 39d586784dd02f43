import { type Entry, entryFromEvent, entryFromFlagsCall } from './entry.ts'

const MAX_PENDING = 500
const RECONNECT_MS = 2000

/** Whether entries arrive at this moment. */
export type Connection = 'connecting' | 'live' | 'lost'

/** What the stream tells its listener. */
export interface StreamListener {
  onConnection(connection: Connection): void
  /** The server's list begins anew: everything shown so far is gone. */
  onReset(): void
  /** New entries, oldest first; a burst comes at once, and only its newest part. */
  onEntries(entries: readonly Entry[]): void
}

/**
 * Follows the server's live stream and connects again whenever it is lost.
 *
 * @returns stops following.
 */
export function followEntries(listener: StreamListener): () => void {
  let pending: Entry[] = []
  let frame = 0
  let retry = 0
  let source = connect()

  function add(entry: Entry): void {
    pending.push(entry)
    // A hidden tab draws no frames, and what it cannot show any more need not pile up.
    if (pending.length > MAX_PENDING) pending.shift()
    frame ||= requestAnimationFrame(() => {
      frame = 0
      listener.onEntries(pending)
      pending = []
    })
  }

  function connect(): EventSource {
    const stream = new EventSource('/api/stream')
    stream.addEventListener('open', () => listener.onConnection('live'))
    stream.addEventListener('reset', () => {
      pending = []
      listener.onReset()
    })
    stream.addEventListener('event', ({ data }: MessageEvent<string>) => add(entryFromEvent(data)))
    stream.addEventListener('flags-call', ({ data }: MessageEvent<string>) => add(entryFromFlagsCall(data)))
    stream.addEventListener('error', () => {
      listener.onConnection('lost')
      // The browser tries again by itself, except after some kinds of failure.
      if (stream.readyState === EventSource.CLOSED)
        retry = setTimeout(() => (source = connect()), RECONNECT_MS)
    })
    return stream
  }

  return () => {
    cancelAnimationFrame(frame)
    clearTimeout(retry)
    source.close()
  }
}
