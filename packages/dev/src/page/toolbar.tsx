import type { Connection } from './entry-stream.ts'

const CONNECTION_TEXT: Record<Connection, string> = {
  connecting: 'Connecting',
  live: 'Live',
  lost: 'Connection lost, trying again',
}

interface ToolbarProps {
  readonly connection: Connection
  readonly filter: string
  readonly onFilter: (text: string) => void
  readonly shown: number
  readonly total: number
}

/** Name, connection, filter and Clear; stays in view while the list scrolls. */
export function Toolbar({ connection, filter, onFilter, shown, total }: ToolbarProps) {
  return (
    <header class="toolbar">
      <h1>
        <img src="/icon.svg" alt="" width="20" height="20" />
        Hedgerow dev
      </h1>
      <p class={`connection ${connection}`} role="status">
        {CONNECTION_TEXT[connection]}
      </p>
      <p class="count">{shown === total ? countOf(total) : `${shown} of ${countOf(total)}`}</p>
      <input
        type="search"
        aria-label="Filter"
        placeholder="Filter by any text"
        spellcheck={false}
        value={filter}
        onInput={(event) => onFilter(event.currentTarget.value)}
      />
      <button type="button" disabled={total === 0} onClick={clearServer}>
        Clear
      </button>
    </header>
  )
}

function countOf(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`
}

/** The server tells every open page to begin anew, this one too. */
function clearServer(): void {
  // When the server is gone the connection indicator says so already.
  fetch('/api/events', { method: 'DELETE' }).catch(() => {})
}
