import { type CohortPlan, type FlagPlan, multivariateRollout, variants } from '../flag-plan.ts'

/** The flags as Unleash's client API sends them, and the segments they name. */
export function unleashFeatures(flags: readonly FlagPlan[]) {
  const segments = new Map<number, object>()
  for (const flag of flags) {
    if (flag.kind !== 'cohort') continue
    for (const segment of segmentsOf(flag.cohort)) segments.set(segment.id, segment)
  }
  const features = flags.map((flag) => ({
    name: flag.key,
    type: 'release',
    project: 'default',
    enabled: true,
    stale: false,
    impressionData: false,
    strategies: strategiesOf(flag),
    variants: [],
  }))
  return { features, segments: [...segments.values()] }
}

function strategiesOf(flag: FlagPlan): object[] {
  switch (flag.kind) {
    case 'rollout':
      return [strategy(flag.key, flag.percentage)]
    case 'multivariate':
      return [strategy(flag.key, multivariateRollout, { variants: strategyVariants })]
    case 'properties': {
      const constraints = [among('plan', flag.plans), above('seats', flag.seatsAbove)]
      return [strategy(flag.key, 100, { constraints })]
    }
    case 'regex':
      return [strategy(flag.key, 100, { constraints: [constraint('email', 'REGEX', [], flag.pattern)] })]
    default:
      // Constraints can only be joined by "and", but one strategy is enough to turn a flag on.
      return segmentsOf(flag.cohort).map(({ id }) => strategy(flag.key, 100, { segments: [id] }))
  }
}

const strategyVariants = variants.map(({ key, percentage }) => ({
  name: key,
  weight: percentage * 10,
  stickiness: 'userId',
}))

function segmentsOf({ id, plan, country, seatsAbove }: CohortPlan) {
  return [
    { id: id * 2, constraints: [among('plan', [plan])] },
    { id: id * 2 + 1, constraints: [among('country', [country]), above('seats', seatsAbove)] },
  ]
}

function strategy(groupId: string, rollout: number, more: object = {}): object {
  const parameters = { groupId, rollout: String(rollout), stickiness: 'userId' }
  return { name: 'flexibleRollout', constraints: [], parameters, ...more }
}

function among(contextName: string, values: readonly string[]): object {
  return constraint(contextName, 'IN', values)
}

function above(contextName: string, limit: number): object {
  return constraint(contextName, 'NUM_GT', [], String(limit))
}

function constraint(contextName: string, operator: string, values: readonly string[], value?: string) {
  return { contextName, operator, values, inverted: false, caseInsensitive: false, ...(value && { value }) }
}
