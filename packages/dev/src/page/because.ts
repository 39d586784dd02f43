import type { ExplainedFlag, ExplainedProperty } from '../explained-flag.ts'

/** Why a flag of a call has its value or none, in words. */
export function becauseOf(flag: ExplainedFlag): string {
  switch (flag.because) {
    case 'condition':
      return `condition ${(flag.condition ?? 0) + 1} matched`
    case 'early-exit':
      return `outside the rollout of condition ${(flag.condition ?? 0) + 1}, which ends the flag`
    case 'no-condition':
      return unmatchedCauseOf(flag)
    case 'no-group':
      return 'a flag of groups, and the call names no group of its type'
    case 'holdout':
      return 'held out, before any condition'
    case 'disabled':
      return 'inactive: off for everybody'
    case 'undecided':
      return `undecided because ${undecidedCauseOf(flag)}`
    case 'elsewhere':
      return 'not meant for where this call comes from'
    default:
      return 'there is no such flag'
  }
}

/** What a requirement looks at, such as `plan` or `cohort 3`. */
export function subjectOf({ kind, name }: ExplainedProperty): string {
  return kind === 'property' ? name : `${kind} ${name}`
}

/** Why a requirement is undecided, in words; empty when it is decided. */
export function undecidedNoteOf({ kind, undecided }: ExplainedProperty): string {
  if (undecided === null) return ''
  if (undecided === 'unresolved_dependency') return 'is undecided itself'
  if (undecided === 'missing_context') {
    return kind === 'property' ? 'not given, or not comparable' : 'looks at something that was not given'
  }
  if (kind === 'cohort') return 'not in the file, or only PostHog can tell'
  return kind === 'flag' ? 'no such flag, or no dependency_chain' : 'only PostHog can compare this'
}

function unmatchedCauseOf({ conditions }: ExplainedFlag): string {
  if (conditions?.length === 0) return 'it has no conditions'
  const missed = conditions?.findLastIndex(({ outcome }) => outcome === 'out-of-rollout') ?? -1
  return missed < 0 ? 'no condition matched' : `outside the rollout of condition ${missed + 1}`
}

function undecidedCauseOf(flag: ExplainedFlag): string {
  const causes = undecidedPropertiesOf(flag)
  const names = [...new Set(causes.map(subjectOf))].join(', ')
  switch (flag.undecided) {
    case 'experience_continuity':
      return 'it keeps its value across login, which only PostHog can do'
    case 'unresolved_dependency':
      return `${names || 'another flag'} is undecided`
    case 'missing_context':
      if (!names) return '$device_id is not given'
      return causes.every(({ kind }) => kind === 'property')
        ? `of ${names}: not given, or not comparable`
        : `of ${names}: looks at something that is not given`
    default:
      return names ? `only PostHog can tell about ${names}` : 'only PostHog can evaluate its definition'
  }
}

/** What is undecided for the reason that the flag is. */
function undecidedPropertiesOf({ undecided, conditions }: ExplainedFlag): ExplainedProperty[] {
  const properties = conditions?.flatMap((condition) => condition.properties) ?? []
  return properties.filter((property) => property.undecided === undecided)
}
