import type { FeatureDefinitions } from '@growthbook/growthbook'
import { type FlagPlan, multivariateRollout, variants } from '../flag-plan.ts'

type FeatureRule = NonNullable<FeatureDefinitions[string]['rules']>[number]

/** The flags as GrowthBook's SDK endpoint sends them. */
export function growthBookFeatures(flags: readonly FlagPlan[]): FeatureDefinitions {
  return Object.fromEntries(flags.map((flag) => [flag.key, { defaultValue: false, rules: [ruleOf(flag)] }]))
}

function ruleOf(flag: FlagPlan): FeatureRule {
  switch (flag.kind) {
    case 'rollout':
      return {
        force: true,
        coverage: flag.percentage / 100,
        hashAttribute: 'id',
        hashVersion: 2,
        seed: flag.key,
      }
    case 'multivariate':
      return {
        key: flag.key,
        seed: flag.key,
        hashAttribute: 'id',
        hashVersion: 2,
        coverage: multivariateRollout / 100,
        variations: variants.map(({ key }) => key),
        weights: variants.map(({ percentage }) => percentage / 100),
        meta: variants.map(({ key }) => ({ key })),
      }
    case 'properties':
      return { force: true, condition: { plan: { $in: [...flag.plans] }, seats: { $gt: flag.seatsAbove } } }
    case 'regex':
      return { force: true, condition: { email: { $regex: flag.pattern } } }
    default: {
      // Saved groups are lists of ids; a group defined by properties arrives written out in each rule.
      const { plan, country, seatsAbove } = flag.cohort
      return {
        force: true,
        condition: {
          $or: [{ plan: { $in: [plan] } }, { country: { $in: [country] }, seats: { $gt: seatsAbove } }],
        },
      }
    }
  }
}
