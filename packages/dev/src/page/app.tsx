import { useState } from 'preact/hooks'
import { EmptyState } from './empty-state.tsx'
import { EntryRow } from './entry-row.tsx'
import { Toolbar } from './toolbar.tsx'
import { useEntries } from './use-entries.ts'

/** The whole page: a toolbar above the list of what arrived, newest first. */
export function App() {
  const { entries, connection } = useEntries()
  const [filter, setFilter] = useState('')
  const wanted = filter.trim().toLowerCase()
  const shown = wanted === '' ? entries : entries.filter((entry) => entry.searchText.includes(wanted))

  return (
    <>
      <Toolbar
        connection={connection}
        filter={filter}
        onFilter={setFilter}
        shown={shown.length}
        total={entries.length}
      />
      <main>
        {entries.length === 0 && <EmptyState origin={location.origin} />}
        {entries.length > 0 && shown.length === 0 && (
          <p class="no-match">None of the {entries.length} rows contains this text.</p>
        )}
        {shown.length > 0 && (
          <ol class="entries" aria-label="Received, newest first">
            {shown.map((entry) => (
              <EntryRow key={entry.id} entry={entry} />
            ))}
          </ol>
        )}
      </main>
    </>
  )
}
