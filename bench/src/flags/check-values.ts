import { expectedShare, expectedValue } from './expected-values.ts'
import { variants } from './flag-plan.ts'
import type { FlagSubject } from './flag-subjects.ts'
import type { FlagWorld } from './flag-workload.ts'
import type { FlagValues } from './values-task.ts'

const tolerableDeviations = 5

/**
 * Says what is wrong with a subject's values; an empty list when it really evaluates. Flags that hang on properties have
 * one right answer; flags that hang on a hash have to give each value to its share of visitors.
 */
export function checkValues(subject: FlagSubject, world: FlagWorld, values: FlagValues): string[] {
  return [...wrongValues(subject, world, values), ...wrongShares(subject, world, values)]
}

/** Says which values of two subjects differ; an empty list when none does. */
export function checkAgreement(
  a: readonly [FlagSubject, FlagValues],
  b: readonly [FlagSubject, FlagValues],
  { flags }: FlagWorld,
): string[] {
  const decided = a[0].knowsProperties && b[0].knowsProperties ? () => true : isHashed
  const differences = a[1].flatMap((values, visitor) =>
    values.flatMap((value, index) => {
      const flag = flags[index]!
      const other = b[1][visitor]?.[index]
      if (!decided(flag) || value === other) return []
      return [`${flag.key}, visitor ${visitor}: ${a[0].name} says ${value}, ${b[0].name} says ${other}`]
    }),
  )
  return differences
}

function wrongValues({ name, knowsProperties }: FlagSubject, world: FlagWorld, values: FlagValues): string[] {
  return values.flatMap((ofVisitor, visitor) =>
    world.flags.flatMap((flag, index) => {
      if (isHashed(flag)) return []
      const expected = knowsProperties ? expectedValue(flag, world.visitors[visitor]!) : null
      const value = ofVisitor[index]
      if (value === expected) return []
      return [`${name}: ${flag.key} (${flag.kind}) is ${value} for visitor ${visitor}, expected ${expected}`]
    }),
  )
}

function wrongShares({ name }: FlagSubject, { flags }: FlagWorld, values: FlagValues): string[] {
  const hashed = flags.map((flag, index) => ({ flag, index })).filter(({ flag }) => isHashed(flag))
  return [true, ...variants.map(({ key }) => key)].flatMap((value) => {
    let found = 0
    let expected = 0
    let variance = 0
    for (const { flag, index } of hashed) {
      const share = expectedShare(flag, value) ?? 0
      expected += share * values.length
      variance += share * (1 - share) * values.length
      for (const ofVisitor of values) if (ofVisitor[index] === value) found++
    }
    if (Math.abs(found - expected) <= tolerableDeviations * Math.sqrt(variance)) return []
    return [`${name}: ${value} was given ${found} times, expected about ${Math.round(expected)}`]
  })
}

function isHashed({ kind }: { readonly kind: string }): boolean {
  return kind === 'rollout' || kind === 'multivariate'
}
