import { flagWorld } from './flag-workload.ts'
import { heapUsed } from './heap-used.ts'
import type { FlagSubjectModule } from './prepare-flags.ts'
import { visitorSource } from './visitors.ts'

/** From which evaluation to which one memory is watched. */
export interface GrowthInput {
  readonly subject: string
  readonly definitions: number
  readonly from: number
  readonly to: number
}

/** Evaluates one flag after another, each for a visitor never seen before. @returns bytes by which the heap grew */
export async function task({ subject, definitions, from, to }: GrowthInput): Promise<number> {
  const { open } = (await import(subject)) as FlagSubjectModule
  const world = flagWorld({ definitions })
  const reader = await open(world)
  const nextVisitor = visitorSource()
  let before = 0
  for (let evaluation = 0; evaluation < to; evaluation++) {
    if (evaluation === from) before = await heapUsed()
    const { key } = world.flags[evaluation % world.flags.length]!
    await reader.one(key, nextVisitor())
  }
  const after = await heapUsed()
  await reader.close()
  return after - before
}
