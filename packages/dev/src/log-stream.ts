import type { SSEStreamingApi } from 'hono/streaming'
import type { EventLog } from './event-log.ts'

/** How many of the newest entries a new reader gets before the live ones. */
const BACKLOG_ENTRIES = 500
const ENTRIES_PER_READ = 100

/**
 * Writes the log to a reader until it leaves: a `reset` first when its picture is not this log's, then every
 * entry as `event` or `flags-call`.
 *
 * Nothing is queued per reader. A slow one reads from the log at its own pace, and skips what is gone by then.
 *
 * @param lastEventId what the reader received last, as it says itself; it goes on from there when it can.
 */
export async function streamLog(
  log: EventLog,
  stream: SSEStreamingApi,
  lastEventId: string | undefined,
): Promise<void> {
  const left = new AbortController()
  stream.onAbort(() => left.abort())
  let [generation, position] = positionFrom(lastEventId)

  while (!left.signal.aborted) {
    const { version } = log
    if (generation !== log.generation) {
      generation = log.generation
      position = Math.max(log.lastId - BACKLOG_ENTRIES, 0)
      await stream.writeSSE({ event: 'reset', data: '{}', id: `${generation}.${position}`, retry: 1000 })
    }
    const entries = log.entriesAfter(position, ENTRIES_PER_READ)
    for (const { id, kind, json } of entries) {
      if (left.signal.aborted || generation !== log.generation) break
      await stream.writeSSE({ event: kind, data: json, id: `${generation}.${id}` })
      position = id
    }
    if (entries.length === 0) await log.waitForChange(version, left.signal)
  }
}

function positionFrom(lastEventId = ''): [generation: string, position: number] {
  const [generation = '', position = ''] = lastEventId.split('.')
  return /^\d+$/.test(position) ? [generation, Number(position)] : ['', 0]
}
