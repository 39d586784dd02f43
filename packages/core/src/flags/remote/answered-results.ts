import type { FlagAnswer, FlagResult } from '../../flag-snapshot.ts'
import type { FlagResults } from '../flag-source.ts'
import type { FlagsAnswer } from './flags-api.ts'

/** The flags of an answer of PostHog, and what it says beside them; none, and why, if the call failed. */
export class AnsweredResults implements FlagResults {
  readonly answer: FlagAnswer
  readonly #flags: ReadonlyMap<string, FlagResult>

  constructor(answer: FlagsAnswer) {
    const { flags, requestId, evaluatedAt } = answer
    this.answer = { requestId, evaluatedAt, errors: errorsOf(answer) }
    this.#flags = flags
  }

  get(key: string): FlagResult | undefined {
    return this.#flags.get(key)
  }

  all(): Iterable<FlagResult> {
    return this.#flags.values()
  }
}

function errorsOf({ hasErrors, quotaLimited, failure }: FlagsAnswer): readonly string[] {
  if (failure) return [failure.code]
  return [...(hasErrors ? ['errors_while_computing_flags'] : []), ...(quotaLimited ? ['quota_limited'] : [])]
}
