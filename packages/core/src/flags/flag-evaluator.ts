import type { FlagResult, FlagSnapshot, FlagSubject, FlagValue } from '../flag-snapshot.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Runtime } from '../runtime.ts'
import { held } from '../runtime/held.ts'
import type { DefinitionPoller, LoadedDefinitions } from './definitions/definition-poller.ts'
import type { FlagCallOptions } from './flag-call-options.ts'
import type { FlagOverrides } from './flag-overrides.ts'
import type { FlagResults } from './flag-source.ts'
import type { FlagsAnswer, FlagsApi } from './remote/flags-api.ts'
import type { FailedCall } from './remote/flags-failure.ts'
import { GatheredResults, joined } from './gathered-results.ts'
import { LocalResults } from './local-results.ts'

/** What is said of an answer in events about its flags; undefined where PostHog was not asked, or gave none. */
export type AnswerFacts = Pick<FlagsAnswer, 'requestId' | 'evaluatedAt'>

/** One flag, and what went wrong on the way to it. */
export interface EvaluatedFlag {
  readonly result: FlagResult | undefined
  /** For `$feature_flag_error`. */
  readonly errors: readonly string[]
  readonly answer: AnswerFacts | undefined
  /** The value is the application's own; such reads are not exposures. */
  readonly isOverride: boolean
}

/** Many flags, and what went wrong for all of them. */
export interface EvaluatedFlagResults {
  /** `unavailable`: there are neither definitions nor an answer. */
  readonly state: FlagSnapshot['state']
  readonly results: FlagResults
  readonly errors: readonly string[]
  readonly answer: AnswerFacts | undefined
}

/** How many flags are wanted, and which side wins where both have an answer. */
export interface ManyFlags {
  /** Undefined: all. */
  readonly keys: readonly string[] | undefined
  readonly prefer: 'local' | 'remote'
  /** Definitions, where there are any, are enough: PostHog is not asked for what they leave undecided. */
  readonly isEnoughHere?: boolean
}

const none: FlagResults = new Map()

/**
 * Evaluates flags for calls on the client: overrides first, then definitions in this process, then PostHog. A flag that
 * is decided here is never asked for.
 */
export class FlagEvaluator {
  readonly #options: ResolvedOptions
  readonly #runtime: Runtime
  readonly #poller: DefinitionPoller | undefined
  readonly #api: FlagsApi
  readonly #overrides: FlagOverrides
  readonly #onFailure: (failure: FailedCall) => void

  constructor(parts: {
    options: ResolvedOptions
    runtime: Runtime
    /** Undefined: flags are only ever asked of PostHog. */
    poller: DefinitionPoller | undefined
    api: FlagsApi
    overrides: FlagOverrides
    /** PostHog was asked, and gave no usable answer. */
    onFailure: (failure: FailedCall) => void
  }) {
    this.#options = parts.options
    this.#runtime = parts.runtime
    this.#poller = parts.poller
    this.#api = parts.api
    this.#overrides = parts.overrides
    this.#onFailure = parts.onFailure
  }

  async one(key: string, subject: FlagSubject, options: FlagCallOptions): Promise<EvaluatedFlag> {
    const decided = (
      result: FlagResult | undefined,
      errors: readonly string[] = [],
      answer?: AnswerFacts,
    ): EvaluatedFlag => ({
      result: this.#overrides.apply(key, result),
      errors,
      answer,
      isOverride: this.#overrides.has(key),
    })
    if (this.#overrides.has(key)) return decided(undefined)
    const definitions = await this.#definitions()
    const local = definitions && this.#local(definitions, subject).get(key)
    if (local?.value !== undefined || this.#staysLocal(options)) return decided(local)
    const answer = await this.#ask(subject, options, [key])
    const result = answer.flags.get(key)
    const isMissing = !result && !answer.failure
    return decided(result, [...errorsOf(answer), ...(isMissing ? ['flag_missing'] : [])], answer)
  }

  async many(
    subject: FlagSubject,
    options: FlagCallOptions,
    { keys, prefer, isEnoughHere }: ManyFlags,
  ): Promise<EvaluatedFlagResults> {
    const definitions = await this.#definitions()
    const isEnough = isEnoughHere && definitions !== undefined && definitions.set.size > 0
    const staysLocal = isEnough ? (options.onlyEvaluateLocally ?? true) : this.#staysLocal(options)
    const local = definitions && this.#local(definitions, subject)
    const here = local ? new GatheredResults(local.evaluateAll(keys), local) : none
    const isRemote = !staysLocal && this.#needsRemote(definitions, here, { keys, prefer })
    const answer = isRemote ? await this.#ask(subject, options, keys) : undefined
    const all = answer ? joinedAs(prefer, here, answer.flags) : here
    const isAnswered = answer && !answer.failure && !answer.quotaLimited
    return {
      state: definitions || isAnswered || keys?.length === 0 ? 'loaded' : 'unavailable',
      results: this.#overrides.over(all, keys),
      errors: answer ? errorsOf(answer) : [],
      answer,
    }
  }

  /**
   * The decoded payload of a flag: null for none, undefined when the flag is undecided.
   *
   * @param matchValue the value whose payload is wanted, whoever the subject is; needs a definition here.
   */
  async payload(
    key: string,
    matchValue: FlagValue | undefined,
    subject: FlagSubject,
    options: FlagCallOptions,
  ): Promise<unknown> {
    if (this.#overrides.hasPayload(key)) return this.#overrides.payload(key) ?? null
    if (matchValue !== undefined && !this.#overrides.has(key)) {
      const definitions = await this.#definitions()
      if (definitions?.set.definition(key)) return definitions.set.payload(key, matchValue) ?? null
    }
    const { result } = await this.one(key, subject, options)
    return result?.value === undefined ? undefined : (result.payload ?? null)
  }

  /** Those that an evaluation begins with, and ends with whatever arrives meanwhile. */
  async #definitions(): Promise<LoadedDefinitions | undefined> {
    const loading = this.#poller?.ensureLoaded()
    if (loading) await loading
    return this.#poller?.current
  }

  #local(definitions: LoadedDefinitions, subject: FlagSubject): LocalResults {
    return new LocalResults(definitions, subject, this.#runtime.now())
  }

  #staysLocal({ onlyEvaluateLocally }: FlagCallOptions): boolean {
    return onlyEvaluateLocally ?? this.#options.strictLocalEvaluation
  }

  /** Flags that only a browser may evaluate, or whose value is set, never need an answer here. */
  #needsRemote(
    definitions: LoadedDefinitions | undefined,
    results: FlagResults,
    { keys, prefer }: ManyFlags,
  ): boolean {
    const isOpen = (key: string) => !this.#overrides.has(key)
    if (keys && !keys.some(isOpen)) return false
    if (!definitions || definitions.set.size === 0) return true
    const isUnknown = (key: string) => prefer === 'local' && definitions.set.definition(key) === undefined
    if (keys?.some((key) => isOpen(key) && isUnknown(key))) return true
    for (const key of results.keys()) {
      const isUndecided = isOpen(key) && results.get(key)?.value === undefined
      if (isUndecided && definitions.set.definition(key)?.evaluationRuntime !== 'client') return true
    }
    return false
  }

  async #ask(
    subject: FlagSubject,
    options: FlagCallOptions,
    flagKeys: readonly string[] | undefined,
  ): Promise<FlagsAnswer> {
    const { disableGeoip, featureFlagsRequestTimeoutMs, featureFlagsRequestMaxRetries } = this.#options
    const asked = this.#api.evaluate(
      { subject, disableGeoip: options.disableGeoip ?? disableGeoip, flagKeys },
      { timeoutMs: featureFlagsRequestTimeoutMs, retries: featureFlagsRequestMaxRetries },
    )
    const answer = await held(this.#runtime, asked)
    if (answer.failure) this.#onFailure(answer.failure)
    return answer
  }
}

function joinedAs(prefer: 'local' | 'remote', here: FlagResults, answer: FlagResults): FlagResults {
  return prefer === 'local' ? joined(here, answer) : joined(answer, here)
}

function errorsOf({ hasErrors, quotaLimited, failure }: FlagsAnswer): readonly string[] {
  if (failure) return [failure.code]
  return [...(hasErrors ? ['errors_while_computing_flags'] : []), ...(quotaLimited ? ['quota_limited'] : [])]
}
