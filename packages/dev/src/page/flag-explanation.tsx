import type { ExplainedCondition, ExplainedFlag, ExplainedProperty } from '../explained-flag.ts'
import { becauseOf, subjectOf, undecidedNoteOf } from './because.ts'

const MARKS: Record<ExplainedProperty['outcome'], string> = { matched: '✓', failed: '✗', undecided: '?' }

const OUTCOME_TEXT: Record<ExplainedCondition['outcome'], string> = {
  matched: 'matched',
  failed: 'failed',
  'out-of-rollout': 'outside rollout',
  'no-group': 'no such group',
  undecided: 'undecided',
  'not-reached': 'not reached',
}

/** One flag of a call: its value, why it has it, and how every condition came out. */
export function FlagExplanation({ flag }: { readonly flag: ExplainedFlag }) {
  const { key, value, conditions } = flag

  return (
    <li class="flag">
      <span class="flag-key">{key}</span>
      <span class={`flag-value ${toneOf(value)}`}>{value === null ? 'not answered' : String(value)}</span>
      <span class="because">{becauseOf(flag)}</span>
      {conditions === null && <p class="hint">This call explains too much for its conditions to be kept.</p>}
      {conditions !== null && !isPlain(conditions) && (
        <ol class="conditions">
          {conditions.map((condition, index) => (
            <Condition key={index} condition={condition} number={index + 1} />
          ))}
        </ol>
      )}
    </li>
  )
}

function Condition({
  condition,
  number,
}: {
  readonly condition: ExplainedCondition
  readonly number: number
}) {
  const { outcome, rolloutPercentage, properties } = condition

  return (
    <li class={`condition ${outcome}`}>
      <span class="number">{number}</span>
      <span class="outcome">{OUTCOME_TEXT[outcome]}</span>
      <span class="rollout">{rolloutPercentage === null ? '' : `${rolloutPercentage} %`}</span>
      <ul class="properties">
        {properties.map((property, index) => (
          <Property key={index} property={property} />
        ))}
        {properties.length === 0 && outcome !== 'not-reached' && outcome !== 'no-group' && (
          <li class="anybody">anybody</li>
        )}
      </ul>
    </li>
  )
}

function Property({ property }: { readonly property: ExplainedProperty }) {
  const note = undecidedNoteOf(property)

  return (
    <li class={property.outcome}>
      <span class="mark" role="img" aria-label={property.outcome}>
        {MARKS[property.outcome]}
      </span>
      {` ${subjectOf(property)} `}
      <span class="operator">{property.operator}</span>
      {note && <span class="note">{` ${note}`}</span>}
    </li>
  )
}

/** Whether the conditions say nothing beyond what the flag's line does: one that everybody meets. */
function isPlain(conditions: readonly ExplainedCondition[]): boolean {
  const [first] = conditions
  if (conditions.length > 1) return false
  return !first || (first.properties.length === 0 && (first.rolloutPercentage ?? 100) === 100)
}

function toneOf(value: ExplainedFlag['value']): string {
  if (value === null) return 'none'
  return value === false ? 'off' : 'on'
}
