import type { BucketPrefix } from './bucketing.ts'
import type { FlagOutcome } from './match-dependency.ts'
import type { Matcher } from './match-property.ts'
import type { Variants } from './variants.ts'

/** A release condition, ready to be evaluated. */
export interface CompiledCondition {
  /** One for each property of the definition. */
  readonly matchers: readonly Matcher[]
  /** 100 or more lets everyone in, as undefined does; 0 or less nobody. */
  readonly rolloutPercentage: number | undefined
  /** The variant it gives, known to exist; undefined: the hashed one. */
  readonly override: string | undefined
  /** The group type that it judges instead of the flag's subject; null: one that the project does not have. */
  readonly groupType: string | null | undefined
}

/** A flag, ready to be evaluated. Ten thousand of them are in memory at once, so they hold no more than is read often. */
export interface FlagProgram {
  /** Flag key and separator. */
  readonly prefix: BucketPrefix
  /** Its outcome if that is the same for everyone. */
  readonly fixed: FlagOutcome | undefined
  /** Makes it a flag of groups of that type. */
  readonly groupType: string | undefined
  readonly bucketsByDevice: boolean
  /** Whom its percentage lets in gets the value, before all conditions. */
  readonly holdout: { readonly value: string; readonly percentage: number } | undefined
  readonly conditions: readonly CompiledCondition[]
  /** Undefined: it is just on or off. */
  readonly variants: Variants | undefined
  /** Whether a subject that only the rollout of a condition leaves out is not offered to the later ones. */
  readonly earlyExit: boolean
}
