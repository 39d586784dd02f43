import type { Bucketing, BucketPrefix } from './bucketing.ts'
import type { ConditionDefinition } from './flag-filters.ts'
import type { Matcher } from './match-property.ts'
import type { FlagOutcome } from './match-dependency.ts'
import type { Outcome } from './outcome.ts'
import type { Variants } from './variants.ts'

/** A release condition, ready to be evaluated. */
export interface CompiledCondition {
  readonly definition: ConditionDefinition
  /** One for each property of the definition. */
  readonly matchers: readonly Matcher[]
  /** Greatest bucket let in: 1 or more lets everyone in, 0 or less nobody. */
  readonly limit: number
  /** The variant it gives, known to exist; undefined: the hashed one. */
  readonly override: string | undefined
  /** The group type that it judges instead of the flag's subject; null: one that the project does not have. */
  readonly groupType: string | null | undefined
}

/** A flag, ready to be evaluated. */
export interface FlagProgram {
  readonly bucketing: Bucketing
  /** Packed flag key and separator. */
  readonly prefix: BucketPrefix
  /** Its outcome if that is the same for everyone. */
  readonly fixed: FlagOutcome | undefined
  /** Makes it a flag of groups of that type. */
  readonly groupType: string | undefined
  readonly bucketsByDevice: boolean
  /** Whose `bucket` is at most the limit gets the value, before all conditions. */
  readonly holdout: { readonly value: string; readonly limit: number } | undefined
  readonly conditions: readonly CompiledCondition[]
  readonly variants: Variants
  /** Whether a subject that only the rollout of a condition leaves out is not offered to the later ones. */
  readonly earlyExit: boolean
  /** What of the definition itself can never be evaluated here, as reason bits; 0: nothing. */
  readonly problem: () => Outcome
}
