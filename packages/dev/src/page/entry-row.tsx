import { useState } from 'preact/hooks'
import type { Entry } from './entry.ts'
import { FlagsCallDetails } from './flags-call-details.tsx'

/** One line of the list; opens to the whole record. */
export function EntryRow({ entry }: { readonly entry: Entry }) {
  const [open, setOpen] = useState(false)

  return (
    <li class={entry.kind}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <time dateTime={entry.receivedAt.toISOString()}>{timeOf(entry.receivedAt)}</time>
          <span class="title">{entry.title}</span>
          <span class="distinct-id" title="distinct ID">
            {entry.distinctId}
          </span>
          <span class="subject">{entry.subject}</span>
          <span class="route">{entry.route}</span>
          <Status code={entry.status} />
        </summary>
        {open && <Opened entry={entry} />}
      </details>
    </li>
  )
}

function Opened({ entry }: { readonly entry: Entry }) {
  if (entry.kind === 'flags-call') return <FlagsCallDetails call={entry.record} />
  return <pre tabIndex={0}>{JSON.stringify(entry.record, null, 2)}</pre>
}

function Status({ code }: { readonly code: number | undefined }) {
  if (code === undefined) return <span class="status" />
  return <span class={`status status-${Math.floor(code / 100)}xx`}>{code}</span>
}

function timeOf(date: Date): string {
  const two = (part: number) => String(part).padStart(2, '0')
  const seconds = `${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`
  return `${two(date.getHours())}:${two(date.getMinutes())}:${seconds}`
}
