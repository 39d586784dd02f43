import type { FlagSnapshot, FlagValue, IdentitySource, RequestScope } from '@hedgerow/express'
import { type Html, html } from './html.ts'

const sources: Readonly<Record<IdentitySource, string>> = {
  minted: 'nobody yet: a new id, and a cookie to keep it',
  header: "the browser SDK's header",
  cookie: "the browser's cookie",
  'signed-cookie': "this shop's signed cookie",
  resolver: "this shop's session: you are signed in",
}

/** Shows a request as Hedgerow sees it. */
export function requestPanel(
  scope: RequestScope,
  flags: FlagSnapshot,
  inspectorUrl: string | undefined,
): Html {
  const { distinctId, identitySource, sessionId } = scope
  return html`<aside>
    <h2>What Hedgerow knows about this request</h2>
    <dl>
      <dt>Visitor</dt>
      <dd><code title="${distinctId}">${shortened(distinctId)}</code></dd>
      <dt>Known from</dt>
      <dd><b class="source ${identitySource}">${identitySource}</b> ${sources[identitySource]}</dd>
      <dt>Session</dt>
      <dd>
        ${sessionId === undefined ? 'none' : html`<code title="${sessionId}">${shortened(sessionId)}</code>`}
      </dd>
      <dt>Flags</dt>
      <dd>${flagList(flags)}</dd>
    </dl>
    ${inspectorUrl !== undefined && html`<p><a href="${inspectorUrl}" target="_blank">See it in the inspector</a></p>`}
  </aside>`
}

function flagList(flags: FlagSnapshot): Html {
  if (flags.state !== 'loaded') return html`none in time, so every flag has its default`
  if (flags.keys.length === 0) return html`none`
  return html`<ul>
    ${flags.keys.map((key) => {
      // Unlike `getFlag`, this does not count as reading the flag: looking at it is no reason to report it.
      const { value } = flags.getFlagResult(key)
      return html`<li>
        <code>${key}</code> <b class="flag ${value === false ? 'off' : 'on'}">${valueText(value)}</b>
      </li>`
    })}
  </ul>`
}

function valueText(value: FlagValue | undefined): string {
  if (typeof value === 'string') return value
  return value === true ? 'on' : 'off'
}

/** Both ends of an id: the first part of ours is the time, which visitors of one moment share. */
function shortened(id: string): string {
  return id.length <= 20 ? id : `${id.slice(0, 8)}…${id.slice(-6)}`
}
