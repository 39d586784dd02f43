import { useEffect, useState } from 'preact/hooks'
import type { Entry } from './entry.ts'
import { type Connection, followEntries } from './entry-stream.ts'

/** The page stays quick with this many rows; the server holds more. */
const MAX_ROWS = 500

/** The newest entries, newest first, and whether the stream that brings them is alive. */
export function useEntries(): { entries: readonly Entry[]; connection: Connection } {
  const [entries, setEntries] = useState<readonly Entry[]>([])
  const [connection, setConnection] = useState<Connection>('connecting')

  useEffect(
    () =>
      followEntries({
        onConnection: setConnection,
        onReset: () => setEntries([]),
        onEntries: (added) => setEntries((shown) => [...added.toReversed(), ...shown].slice(0, MAX_ROWS)),
      }),
    [],
  )
  return { entries, connection }
}
