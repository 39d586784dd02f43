import type { FlagsCall } from '../received-event.ts'
import { FlagExplanation } from './flag-explanation.tsx'

/** An opened flags call: its flags with their reasons, and the record itself behind one more click. */
export function FlagsCallDetails({ call }: { readonly call: FlagsCall }) {
  const { flags, unexplained } = call

  return (
    <div class="call">
      {flags.length === 0 && <p class="hint">The call evaluated no flags.</p>}
      <ul class="flags" aria-label="Flags of this call">
        {flags.map((flag) => (
          <FlagExplanation key={flag.key} flag={flag} />
        ))}
      </ul>
      {unexplained > 0 && (
        <p class="hint">
          {unexplained === 1 ? '1 more flag was' : `${unexplained} more flags were`} evaluated and not
          explained.
        </p>
      )}
      <details class="record">
        <summary>Record</summary>
        <pre tabIndex={0}>{JSON.stringify(call, null, 2)}</pre>
      </details>
    </div>
  )
}
