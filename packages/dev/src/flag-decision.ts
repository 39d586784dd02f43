import type { FlagSet, FlagValue } from '@hedgerow/core/evaluation'
import type { FlagDefinition } from './flag-definition.ts'
import type { FlagsRequest } from './flags-request.ts'
import type { LoadedFlags } from './loaded-flags.ts'

/** How the engine came to the value of a flag. */
export type EngineExplanation = NonNullable<ReturnType<FlagSet['explain']>>

/** What a request gets for one of the flags that it asks for. */
export type FlagDecision = EvaluatedFlag | UnevaluatedFlag

/** A flag that was put to the engine. */
export interface EvaluatedFlag {
  readonly key: string
  readonly definition: FlagDefinition
  /** `undefined`: it is not in the answer, because it is undecided or inactive. */
  readonly value: FlagValue | undefined
  /** Index of the condition that decided; -1: none did. */
  readonly conditionIndex: number
  readonly explanation: EngineExplanation
}

/** A flag that is not in the answer whoever asks: there is none, or it is not meant for where the asker stands. */
export interface UnevaluatedFlag {
  readonly key: string
  readonly value: undefined
  readonly explanation: 'unknown' | 'elsewhere'
}

/** Evaluates the flags that a request asks for. @param now milliseconds since 1970. */
export function decideFlags(flags: LoadedFlags, request: FlagsRequest, now: number): FlagDecision[] {
  const set = flags.flagSet(request.contexts)
  return Array.from(new Set(request.keys ?? flags.keys()), (key) => {
    const definition = flags.definition(key)
    if (!definition) return { key, value: undefined, explanation: 'unknown' }
    const evaluation = isMeantFor(definition, request.runtime)
      ? set.evaluate(key, request.subject, now)
      : undefined
    const explanation = evaluation && set.explain(key, request.subject, now)
    if (!explanation) return { key, value: undefined, explanation: 'elsewhere' }
    const isLeftOut = explanation.because === 'disabled' && !flags.isPlainlyOff(key)
    const { value, conditionIndex } = evaluation
    return { key, definition, value: isLeftOut ? undefined : value, conditionIndex, explanation }
  })
}

/** Whether a decision comes from the engine. */
export function isEvaluated(decision: FlagDecision): decision is EvaluatedFlag {
  return typeof decision.explanation === 'object'
}

function isMeantFor(definition: FlagDefinition, runtime: unknown): boolean {
  const wanted = definition.evaluation_runtime ?? 'all'
  return wanted === 'all' || (runtime !== 'client' && runtime !== 'server') || wanted === runtime
}
