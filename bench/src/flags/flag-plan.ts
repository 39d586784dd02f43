import { seededRandom } from 'testkit'

/** A requirement that all flags of the cohort kind share: members are on one plan, or in one country with enough seats. */
export interface CohortPlan {
  /** From 1 on. */
  readonly id: number
  readonly plan: string
  readonly country: string
  readonly seatsAbove: number
}

/** One flag, said in no vendor's words; each vendor's format is made from it. */
export type FlagPlan = { readonly key: string } & (
  | { readonly kind: 'rollout'; readonly percentage: number }
  | { readonly kind: 'properties'; readonly plans: readonly string[]; readonly seatsAbove: number }
  | { readonly kind: 'multivariate' }
  | { readonly kind: 'cohort'; readonly cohort: CohortPlan }
  | { readonly kind: 'regex'; readonly pattern: string }
)

export type FlagKind = FlagPlan['kind']

export const plans = ['free', 'team', 'business', 'enterprise'] as const
export const countries = ['BR', 'CA', 'DE', 'FR', 'IN', 'JP', 'KE', 'NO', 'PL', 'US'] as const
/** Visitors have 1 to this many seats. */
export const mostSeats = 200

/** Multivariate flags: the share of visitors who get a variant at all, and how it is divided, in percent. */
export const multivariateRollout = 80
export const variants = [
  { key: 'control', percentage: 50 },
  { key: 'first', percentage: 25 },
  { key: 'second', percentage: 25 },
] as const

/** Twenty flags repeat this order, so every larger number of flags has the same mix: 40, 30, 15, 10 and 5 percent. */
const mix: readonly FlagKind[] = [
  ...['rollout', 'properties', 'multivariate', 'rollout', 'cohort', 'properties', 'rollout'],
  ...['properties', 'rollout', 'multivariate', 'regex', 'rollout', 'properties', 'rollout', 'cohort'],
  ...['properties', 'rollout', 'multivariate', 'properties', 'rollout'],
] as FlagKind[]

/** Few on purpose: a vendor that keeps the last hundred compiled patterns is not made to compile them again and again. */
const patterns = [
  '@example\\.com$',
  '@example\\.(org|net)$',
  '^visitor\\.[0-9]{1,2}@',
  '^visitor\\.[0-9]*5@',
  '[13579]@example\\.[a-z]+$',
  '^(visitor|guest)\\.[0-9]+@example\\.com$',
]

const cohortCount = 10

/** @returns the same flags for the same count, and the first flags of a larger count for a smaller one. */
export function flagPlans(count: number): FlagPlan[] {
  const random = seededRandom(20_240_615)
  const cohorts = Array.from({ length: cohortCount }, (_, index) => cohortPlan(index + 1, random))
  return Array.from({ length: count }, (_, index) => flagPlan(index, cohorts, random))
}

function flagPlan(index: number, cohorts: readonly CohortPlan[], random: () => number): FlagPlan {
  const key = `flag-${String(index).padStart(5, '0')}`
  const kind = mix[index % mix.length]!
  switch (kind) {
    case 'rollout':
      return { key, kind, percentage: 5 * (1 + Math.floor(random() * 19)) }
    case 'properties': {
      const first = Math.floor(random() * plans.length)
      const chosen = [plans[first]!, plans[(first + 1) % plans.length]!]
      return { key, kind, plans: chosen, seatsAbove: Math.floor(random() * mostSeats * 0.75) }
    }
    case 'multivariate':
      return { key, kind }
    case 'cohort':
      return { key, kind, cohort: cohorts[Math.floor(random() * cohorts.length)]! }
    default:
      return { key, kind, pattern: patterns[Math.floor(random() * patterns.length)]! }
  }
}

function cohortPlan(id: number, random: () => number): CohortPlan {
  return {
    id,
    plan: plans[Math.floor(random() * plans.length)]!,
    country: countries[Math.floor(random() * countries.length)]!,
    seatsAbove: Math.floor(random() * mostSeats * 0.75),
  }
}
