import { type CohortPlan, type FlagPlan, multivariateRollout, variants } from '../flag-plan.ts'

/** The flags as PostHog's definitions endpoint sends them. */
export function postHogDefinitions(flags: readonly FlagPlan[]) {
  const cohorts = new Map<string, object>()
  for (const flag of flags) {
    if (flag.kind === 'cohort') cohorts.set(String(flag.cohort.id), cohortBody(flag.cohort))
  }
  return {
    flags: flags.map((flag, index) => ({
      id: index + 1,
      team_id: 1,
      name: '',
      key: flag.key,
      filters: {
        groups: [{ variant: null, ...conditionOf(flag) }],
        payloads: {},
        multivariate: flag.kind === 'multivariate' ? multivariate : null,
      },
      deleted: false,
      active: true,
      ensure_experience_continuity: false,
      version: 1,
    })),
    group_type_mapping: {},
    cohorts: Object.fromEntries(cohorts),
  }
}

const multivariate = {
  variants: variants.map(({ key, percentage }) => ({ key, name: '', rollout_percentage: percentage })),
}

function conditionOf(flag: FlagPlan) {
  switch (flag.kind) {
    case 'rollout':
      return { properties: [], rollout_percentage: flag.percentage }
    case 'multivariate':
      return { properties: [], rollout_percentage: multivariateRollout }
    case 'properties':
      return everyoneWith(person('plan', 'exact', flag.plans), person('seats', 'gt', flag.seatsAbove))
    case 'regex':
      return everyoneWith(person('email', 'regex', flag.pattern))
    default:
      return everyoneWith({ key: 'id', type: 'cohort', operator: 'in', value: flag.cohort.id })
  }
}

function everyoneWith(...properties: object[]) {
  return { properties, rollout_percentage: 100 }
}

function person(key: string, operator: string, value: unknown) {
  return { key, type: 'person', operator, value }
}

function cohortBody({ plan, country, seatsAbove }: CohortPlan): object {
  const leaf = (key: string, operator: string, value: unknown) => ({
    ...person(key, operator, value),
    negation: false,
  })
  return {
    type: 'OR',
    values: [
      { type: 'AND', values: [leaf('plan', 'exact', [plan])] },
      { type: 'AND', values: [leaf('country', 'exact', [country]), leaf('seats', 'gt', seatsAbove)] },
    ],
  }
}
