import { type FlagPlan, multivariateRollout, variants } from './flag-plan.ts'
import type { FlagValue } from './flag-reader.ts'
import type { Visitor } from './visitors.ts'

/** What every vendor has to say of a flag that hangs on properties alone; undefined for flags that each hashes its own way. */
export function expectedValue(flag: FlagPlan, { properties }: Visitor): boolean | undefined {
  switch (flag.kind) {
    case 'properties':
      return flag.plans.includes(properties.plan) && properties.seats > flag.seatsAbove
    case 'cohort': {
      const { plan, country, seatsAbove } = flag.cohort
      return properties.plan === plan || (properties.country === country && properties.seats > seatsAbove)
    }
    case 'regex':
      return new RegExp(flag.pattern).test(properties.email)
    default:
      return undefined
  }
}

/** The share of visitors, from 0 to 1, whom a hashed flag has to give this value; undefined where it gives none. */
export function expectedShare(flag: FlagPlan, value: FlagValue): number | undefined {
  if (flag.kind === 'rollout') return value === true ? flag.percentage / 100 : undefined
  if (flag.kind !== 'multivariate') return undefined
  const variant = variants.find(({ key }) => key === value)
  return variant && (variant.percentage * multivariateRollout) / 10_000
}
