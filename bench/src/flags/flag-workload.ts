import { type FlagPlan, flagPlans } from './flag-plan.ts'
import { type Visitor, visitorPool } from './visitors.ts'

/** A workload of flags, as it is handed to a process. */
export interface FlagWorkload {
  readonly definitions: number
  /** What a unit is: one flag of one visitor, another flag and another visitor each time; or all flags of one visitor. */
  readonly unit: 'one' | 'all'
}

/** The flags and visitors that a workload stands for. */
export interface FlagWorld {
  readonly flags: readonly FlagPlan[]
  readonly visitors: readonly Visitor[]
}

export function flagWorld({ definitions }: Pick<FlagWorkload, 'definitions'>): FlagWorld {
  return { flags: flagPlans(definitions), visitors: visitorPool() }
}
