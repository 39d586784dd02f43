import * as fc from 'fast-check'
import { type Call, call } from './call.ts'
import { clientSetup, type ClientSetup } from './client-setup.ts'
import { type Fate, fate } from './fate.ts'
import { type Hook, hook } from './hook.ts'
import { type Hostile, hostileValue } from './hostile-value.ts'

/** One call, what surrounds it, and what happens after it. */
export interface Step {
  readonly call: Call
  readonly context: { readonly data: Hostile; readonly options: Hostile } | undefined
  readonly listener: { readonly name: string; readonly hook: Hook } | undefined
  readonly unlisten: boolean
  readonly advanceMs: number | undefined
}

const step: fc.Arbitrary<Step> = fc.record({
  call,
  context: rarely(fc.record({ data: hostileValue, options: hostileValue })),
  listener: rarely(
    fc.record({ name: fc.constantFrom('capture', 'identify', 'alias', 'flush', 'error', '*'), hook }),
  ),
  unlisten: fc.constantFrom(false, false, false, true),
  advanceMs: fc.oneof(
    { weight: 8, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: fc.constantFrom(0, 1, 100, 1000, 5000, 31_000) },
  ),
})

function rarely<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
}

/** Everything that happens to one client. */
export const script = fc.record({
  setup: clientSetup,
  steps: fc.array(step, { minLength: 1, maxLength: 100, size: 'max' }),
  fates: fc.array(fate, { minLength: 1, maxLength: 12 }),
})

/** What `script` generates. */
export interface Script {
  readonly setup: ClientSetup
  readonly steps: readonly Step[]
  readonly fates: readonly Fate[]
}
