import { flagWorld } from './flag-workload.ts'
import { heapUsed } from './heap-used.ts'
import type { FlagSubjectModule } from './prepare-flags.ts'
import { definitionsBody } from './shared-definitions.ts'

/** Memory that a subject takes for definitions. */
export interface DefinitionsMemory {
  /** Of the definitions, as JSON. */
  readonly jsonBytes: number
  /** Client and definitions, each flag evaluated for several visitors; neither JSON nor parsed body is held by the benchmark. */
  readonly heapBytes: number
}

const visitorsSeen = 3

/** Measures how much memory a subject takes once it has loaded definitions and used them all. */
export async function task({
  subject,
  definitions,
}: {
  subject: string
  definitions: number
}): Promise<DefinitionsMemory> {
  const { open } = (await import(subject)) as FlagSubjectModule
  const world = flagWorld({ definitions })
  const jsonBytes = definitionsBody(world.flags).byteLength
  const before = await heapUsed()
  const reader = await open(world)
  for (const visitor of world.visitors.slice(0, visitorsSeen)) await reader.all(visitor, () => {})
  const after = await heapUsed()
  await reader.close()
  return { jsonBytes, heapBytes: after - before }
}
