import { type CohortPlan, type FlagPlan, multivariateRollout, variants } from '../flag-plan.ts'

/** The flags and segments as LaunchDarkly's streams send them. */
export function launchDarklyData(flags: readonly FlagPlan[]): { flags: object[]; segments: object[] } {
  const segments = new Map<number, object>()
  for (const flag of flags) {
    if (flag.kind === 'cohort') segments.set(flag.cohort.id, segmentOf(flag.cohort))
  }
  return { flags: flags.map(flagOf), segments: [...segments.values()] }
}

const off = 0
const on = 1

function flagOf(flag: FlagPlan): object {
  return {
    key: flag.key,
    version: 1,
    on: true,
    salt: flag.key,
    offVariation: off,
    prerequisites: [],
    targets: [],
    contextTargets: [],
    variations: flag.kind === 'multivariate' ? [false, ...variants.map(({ key }) => key)] : [false, true],
    fallthrough: { variation: off },
    rules: [],
    ...targetingOf(flag),
  }
}

function targetingOf(flag: FlagPlan): object {
  switch (flag.kind) {
    case 'rollout':
      return { fallthrough: rollout([flag.percentage]) }
    case 'multivariate': {
      const shares = variants.map(({ percentage }) => (percentage * multivariateRollout) / 100)
      return { fallthrough: rollout(shares) }
    }
    case 'properties':
      return ruleFor([clause('plan', 'in', flag.plans), clause('seats', 'greaterThan', [flag.seatsAbove])])
    case 'regex':
      return ruleFor([clause('email', 'matches', [flag.pattern])])
    default:
      return ruleFor([clause('', 'segmentMatch', [segmentKey(flag.cohort)])])
  }
}

/** @param shares percent of each variation that is not off, in order. */
function rollout(shares: readonly number[]): object {
  const given = shares.reduce((sum, share) => sum + share, 0)
  const weighted = [100 - given, ...shares]
  return {
    rollout: {
      contextKind: 'user',
      variations: weighted.map((share, variation) => ({ variation, weight: share * 1000 })),
    },
  }
}

function ruleFor(clauses: object[]): object {
  return { rules: [{ id: 'rule', variation: on, clauses }] }
}

function segmentOf(cohort: CohortPlan): object {
  const { plan, country, seatsAbove } = cohort
  return {
    key: segmentKey(cohort),
    version: 1,
    salt: segmentKey(cohort),
    included: [],
    excluded: [],
    rules: [
      { clauses: [clause('plan', 'in', [plan])] },
      { clauses: [clause('country', 'in', [country]), clause('seats', 'greaterThan', [seatsAbove])] },
    ],
  }
}

function segmentKey({ id }: CohortPlan): string {
  return `cohort-${id}`
}

function clause(attribute: string, op: string, values: readonly unknown[]): object {
  return { contextKind: 'user', attribute, op, values, negate: false }
}
