import type { FlagValue } from './flag-reader.ts'
import { flagWorld } from './flag-workload.ts'
import type { FlagSubjectModule } from './prepare-flags.ts'

/** Whose values are asked for. */
export interface ValuesInput {
  /** URL of the subject's module. */
  readonly subject: string
  readonly definitions: number
  /** The first ones of the pool. */
  readonly visitors: number
}

/** Values of all flags for each visitor, both in the order of the world; null: undecided. */
export type FlagValues = (Exclude<FlagValue, undefined> | null)[][]

/** Evaluates every flag for each visitor by the subject's call for all flags, and checks that its call for one agrees. */
export async function task({ subject, definitions, visitors: count }: ValuesInput): Promise<FlagValues> {
  const { open } = (await import(subject)) as FlagSubjectModule
  const world = flagWorld({ definitions })
  const reader = await open(world)
  const values: FlagValues = []
  for (const [index, visitor] of world.visitors.slice(0, count).entries()) {
    const seen = new Map<string, FlagValue>()
    await reader.all(visitor, (key, value) => seen.set(key, value))
    const { key } = world.flags[index % world.flags.length]!
    const alone = await reader.one(key, visitor)
    if (alone !== seen.get(key))
      throw new Error(`${key} is ${alone} alone, and ${seen.get(key)} among all flags`)
    values.push(world.flags.map((flag) => seen.get(flag.key) ?? null))
  }
  await reader.close()
  return values
}
