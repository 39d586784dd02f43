import type { BucketPrefix } from './bucketing.ts'
import type { FlagOutcome } from './match-dependency.ts'
import type { Matcher } from './match-property.ts'
import type { Outcome } from './outcome.ts'
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
  readonly next: CompiledCondition | undefined
}

/** What few flags have. */
export interface SpecialRules {
  /** Its outcome if that is the same for everyone. */
  readonly fixed: FlagOutcome | undefined
  /** Makes it a flag of groups of that type. */
  readonly groupType: string | undefined
  readonly bucketsByDevice: boolean
  /** Whom its percentage lets in gets the value, before all conditions. */
  readonly holdout: { readonly value: string; readonly percentage: number } | undefined
  /** Whether a subject that only the rollout of a condition leaves out is not offered to the later ones. */
  readonly earlyExit: boolean
}

/** Whose program it is. */
export interface ProgramOwner {
  /** What of its definition can never be evaluated here, as reason bits; 0: nothing. */
  problem(): Outcome
}

/**
 * A flag, ready to be evaluated. The processor waits for memory longer than it computes where ten thousand of them are
 * evaluated, one after another: so they are small, and lead to what they need in as few steps as possible.
 */
export interface FlagProgram {
  readonly owner: ProgramOwner
  /** Flag key and separator. */
  readonly prefix: BucketPrefix
  /** Undefined: it is a flag of persons like most others. */
  readonly special: SpecialRules | undefined
  /** Followed by the others; undefined: there are none. */
  readonly firstCondition: CompiledCondition | undefined
  /** Undefined: it is just on or off. */
  readonly variants: Variants | undefined
  /** What one evaluation has made of it, for flags that depend on it; undefined as long as none has asked. */
  remembered: { readonly serial: number; readonly outcome: FlagOutcome } | undefined
}
