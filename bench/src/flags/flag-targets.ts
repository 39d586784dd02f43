import { atLeast, atMost, type Target } from '../runner/targets.ts'
import { cpuOf, type FlagMedians } from './flag-medians.ts'
import { hedgerowCall, hedgerowEngine, otherPeers, postHogNodeCall } from './flag-subjects.ts'
import type { FlagWorkload } from './flag-workload.ts'
import type { MemoryResults } from './measure-memory.ts'

const mebibyte = 2 ** 20

/** Compares medians with what flags are meant to cost. Targets of what was not measured are left out. */
export function speedTargets(medians: readonly FlagMedians[], sizes: readonly number[]): Target[] {
  const cpu = (subject: { readonly name: string }, workload: FlagWorkload) =>
    cpuOf(medians, subject, workload)
  const ratio = (slow: { name: string }, fast: { name: string }, workload: FlagWorkload) =>
    cpu(slow, workload) / cpu(fast, workload)
  const fasterThanPeers = (workload: FlagWorkload) =>
    Math.min(...otherPeers.map((peer) => cpu(peer, workload))) / cpu(hedgerowEngine, workload)
  const one = (definitions: number): FlagWorkload => ({ definitions, unit: 'one' })
  const hundred: FlagWorkload = { definitions: 100, unit: 'all' }
  const targets = [
    ...sizes.map((size) =>
      atLeast(
        200,
        `snapshot, one flag of ${count(size)}, × posthog-node`,
        ratio(postHogNodeCall, hedgerowEngine, one(size)),
      ),
    ),
    atLeast(
      100,
      'snapshot, all of 100 flags, × posthog-node',
      ratio(postHogNodeCall, hedgerowEngine, hundred),
    ),
    ...sizes.map((size) =>
      atLeast(
        50,
        `awaited call, one flag of ${count(size)}, × posthog-node`,
        ratio(postHogNodeCall, hedgerowCall, one(size)),
      ),
    ),
    ...sizes.map((size) =>
      atLeast(2, `snapshot, one flag of ${count(size)}, × fastest other peer`, fasterThanPeers(one(size))),
    ),
    atLeast(2, 'snapshot, all of 100 flags, × fastest other peer', fasterThanPeers(hundred)),
    ...(['one', 'all'] as const).map((unit) => steadyCost(medians, sizes, unit)),
  ]
  return targets.filter(({ measured }) => !Number.isNaN(measured))
}

/** Compares memory with what flags are meant to take. */
export function memoryTargets({ definitions, growth }: MemoryResults): Target[] {
  const weighed = definitions.find(({ subject }) => subject === hedgerowCall.name)
  return [
    ...(weighed
      ? [atMost(4, 'heap of 10,000 definitions, × their JSON', weighed.heapBytes / weighed.jsonBytes)]
      : []),
    ...growth
      .filter(({ subject }) => subject !== postHogNodeCall.name)
      .map(({ subject, bytes }) =>
        atMost(1, `MiB grown from the 100,000th to the 1,000,000th evaluation, ${subject}`, bytes / mebibyte),
      ),
  ]
}

/** Between the cheapest and the dearest size from 10 definitions on. */
function steadyCost(
  medians: readonly FlagMedians[],
  sizes: readonly number[],
  unit: FlagWorkload['unit'],
): Target {
  const costs = sizes
    .filter((size) => size >= 10)
    .map(
      (definitions) =>
        cpuOf(medians, hedgerowEngine, { definitions, unit }) / (unit === 'all' ? definitions : 1),
    )
  const spread = costs.length > 1 ? Math.max(...costs) / Math.min(...costs) : NaN
  const units = unit === 'all' ? 'all flags' : 'one flag'
  return atMost(2, `snapshot, ${units}: dearest ÷ cheapest cost per flag, from 10 definitions on`, spread)
}

function count(size: number): string {
  return size.toLocaleString('en')
}
