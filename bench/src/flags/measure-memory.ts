import { runInChild } from '../runner/child-task.ts'
import type { DefinitionsMemory } from './definitions-memory-task.ts'
import { type FlagSubject, hedgerowCall, hedgerowEngine, postHogNodeCall } from './flag-subjects.ts'
import type { GrowthInput } from './growth-task.ts'

/** What definitions weigh, and whether evaluating leaves anything behind. */
export interface MemoryResults {
  readonly definitions: readonly ({ readonly subject: string } & DefinitionsMemory)[]
  readonly growth: readonly { readonly subject: string; readonly bytes: number }[]
}

const definitionsTask = new URL('definitions-memory-task.ts', import.meta.url)
const growthTask = new URL('growth-task.ts', import.meta.url)
const definitions = 10_000
const growth = { definitions: 100, from: 100_000, to: 1_000_000 }
const childTimeoutMs = 300_000
const execArgv = ['--expose-gc']

/** Measures both, each in a process of its own. */
export async function measureMemory(progress: (line: string) => void): Promise<MemoryResults> {
  const weighed: ({ subject: string } & DefinitionsMemory)[] = []
  for (const subject of [hedgerowCall, postHogNodeCall]) {
    const memory = await definitionsMemory(subject, definitions)
    weighed.push({ subject: subject.name, ...memory })
    progress(`memory of ${definitions} definitions, ${subject.name}: ${memory.heapBytes} bytes`)
  }
  const grown: { subject: string; bytes: number }[] = []
  for (const subject of [hedgerowEngine, hedgerowCall, postHogNodeCall]) {
    const input: GrowthInput = { subject: subject.module.href, ...growth }
    const bytes = await runInChild<number>({ module: growthTask, input, timeoutMs: childTimeoutMs, execArgv })
    grown.push({ subject: subject.name, bytes })
    progress(`growth between evaluations ${growth.from} and ${growth.to}, ${subject.name}: ${bytes} bytes`)
  }
  return { definitions: weighed, growth: grown }
}

function definitionsMemory(subject: FlagSubject, definitions: number): Promise<DefinitionsMemory> {
  const input = { subject: subject.module.href, definitions }
  return runInChild({ module: definitionsTask, input, timeoutMs: childTimeoutMs, execArgv })
}
