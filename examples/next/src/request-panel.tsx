import type { FlagSnapshot, IdentitySource } from '@hedgerow/next'
import { hedgerow } from './hedgerow.ts'

const sources: Readonly<Record<IdentitySource, string>> = {
  minted: 'nobody yet: a new id',
  header: "the browser SDK's header",
  cookie: "the browser's cookie",
  'signed-cookie': "Hedgerow's signed cookie",
  resolver: "this shop's session: you are signed in",
}

/** Shows the visitor as Hedgerow sees them. */
export async function RequestPanel() {
  const scope = await hedgerow()
  const { distinctId, identitySource, sessionId } = scope
  // Loaded already for a page that was opened, but not for what Next.js fetches for one that is open.
  const flags = await scope.flags.load()
  const inspectorUrl = process.env['INSPECTOR_URL']
  return (
    <aside>
      <h2>What Hedgerow knows about this visitor</h2>
      <dl>
        <dt>Visitor</dt>
        <dd>
          <code title={distinctId}>{shortened(distinctId)}</code>
        </dd>
        <dt>Known from</dt>
        <dd>
          <b className="source">{identitySource}</b> {sources[identitySource]}
        </dd>
        <dt>Session</dt>
        <dd>{sessionId === undefined ? 'none' : <code title={sessionId}>{shortened(sessionId)}</code>}</dd>
        <dt>Flags</dt>
        <dd>
          <FlagList flags={flags} />
        </dd>
      </dl>
      {inspectorUrl !== undefined && (
        <p>
          <a href={inspectorUrl} target="_blank">
            See it in the inspector
          </a>
        </p>
      )}
    </aside>
  )
}

function FlagList({ flags }: { flags: FlagSnapshot }) {
  if (flags.state !== 'loaded') return 'none in time, so every flag has its default'
  if (flags.keys.length === 0) return 'none'
  return (
    <ul>
      {flags.keys.map((key) => {
        // Unlike `getFlag`, this does not count as reading the flag: looking at it is no reason to report it.
        const { value = false } = flags.getFlagResult(key)
        return (
          <li key={key}>
            <code>{key}</code>
            <b className={value === false ? 'flag off' : 'flag'}>{value === true ? 'on' : value || 'off'}</b>
          </li>
        )
      })}
    </ul>
  )
}

/** Both ends of an id: the first part of ours is the time, which visitors of one moment share. */
function shortened(id: string): string {
  return id.length <= 20 ? id : `${id.slice(0, 8)}…${id.slice(-6)}`
}
