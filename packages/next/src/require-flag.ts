import type { FlagKey } from '@hedgerow/core'
import type { GateRefusal } from '@hedgerow/core/adapter'
import { forbidden, notFound, redirect } from 'next/dist/client/components/navigation.react-server.js'
import type { CurrentScope } from './current-scope.ts'
import { createGate, type FlagGateOptions } from './flag-gate.ts'

/** Ends what the page or action does by throwing, as `redirect()` and `notFound()` do. */
export type Ending = () => never | Promise<never>

/** Options of `requireFlag`. */
export type RequireFlagOptions<Key extends FlagKey = FlagKey> = FlagGateOptions<Ending, Key>

/** Goes on where a flag is enabled for the visitor. */
export type RequireFlag = <Key extends FlagKey>(
  this: void,
  key: Key,
  options?: RequireFlagOptions<Key>,
) => Promise<void>

/** Makes the gate for server components and actions. */
export function flagGuardOf(current: CurrentScope): RequireFlag {
  return async function requireFlag(key, options = {}) {
    const gate = createGate('requireFlag', key, options)
    if (!(await gate.opens(await current.find()))) await endBy(gate.otherwise)
  }
}

/** What Next.js does instead of going on. */
export async function endBy(otherwise: GateRefusal<Ending>): Promise<never> {
  if (otherwise === 'forbidden') forbidden()
  if (typeof otherwise === 'object') redirect(otherwise.redirect)
  if (typeof otherwise === 'function') await otherwise()
  return notFound()
}
