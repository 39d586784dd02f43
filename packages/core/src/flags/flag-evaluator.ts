import type { FlagAnswer, FlagResult, FlagSnapshot, FlagSubject, FlagValue } from '../flag-snapshot.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Runtime } from '../runtime.ts'
import { held } from '../runtime/held.ts'
import type { DefinitionPoller, LoadedDefinitions } from './definitions/definition-poller.ts'
import { Moment } from './engine/moment.ts'
import { type FlagCallOptions, isLasting } from './flag-call-options.ts'
import type { FlagOverrides } from './flag-overrides.ts'
import type { FlagResults } from './flag-source.ts'
import { joined, noResults } from './gathered-results.ts'
import { LocalFlag } from './local-flag.ts'
import { LocalResults } from './local-results.ts'
import { AnsweredResults } from './remote/answered-results.ts'
import type { FlagsAnswer, FlagsApi } from './remote/flags-api.ts'
import type { FailedCall } from './remote/flags-failure.ts'

/** A flag, or undefined: there is no such flag, or nobody could say. */
export type KnownFlag = FlagResult | undefined

/** A flag that PostHog was asked for. */
export interface AskedFlag {
  readonly result: KnownFlag
  readonly answer: FlagAnswer | undefined
}

/** Many flags. */
export interface EvaluatedFlagResults {
  /** `unavailable`: there are neither definitions nor an answer. */
  readonly state: FlagSnapshot['state']
  readonly results: FlagResults
}

/** How many flags are wanted, and which side wins where both have an answer. */
export interface ManyFlags {
  /** Undefined: all. */
  readonly keys: readonly string[] | undefined
  readonly prefer: 'local' | 'remote'
  /** Definitions, where there are any, are enough: PostHog is not asked for what they leave undecided. */
  readonly isEnoughHere?: boolean
}

/**
 * Evaluates flags for calls on the client: overrides first, then definitions in this process, then PostHog. A flag that
 * is decided here is never asked for. Where nothing has to be waited for, the answer is given at once, and is no promise.
 * An evaluation ends with the definitions that it began with, whatever arrives meanwhile.
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

  one(key: string, subject: FlagSubject, options: FlagCallOptions): KnownFlag | Promise<AskedFlag> {
    if (this.#overrides.has(key)) return this.#overrides.apply(key, undefined)
    const loading = this.#poller?.ensureLoaded()
    return loading ? this.#oneAfter(loading, key, subject, options) : this.#one(key, subject, options)
  }

  many(
    subject: FlagSubject,
    options: FlagCallOptions,
    how: ManyFlags,
  ): EvaluatedFlagResults | Promise<EvaluatedFlagResults> {
    const loading = this.#poller?.ensureLoaded()
    if (loading) return loading.then(() => this.#many(subject, options, how))
    return this.#many(subject, options, how)
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
      await this.#poller?.ensureLoaded()
      const set = this.#poller?.current?.set
      if (set?.definition(key)) return set.payload(key, matchValue) ?? null
    }
    const flag = this.one(key, subject, options)
    const result = flag instanceof Promise ? (await flag).result : flag
    return result?.value === undefined ? undefined : (result.payload ?? null)
  }

  async #oneAfter(
    loading: Promise<void>,
    key: string,
    subject: FlagSubject,
    options: FlagCallOptions,
  ): Promise<AskedFlag> {
    await loading
    const flag = this.#one(key, subject, options)
    return flag instanceof Promise ? flag : { result: flag, answer: undefined }
  }

  #one(key: string, subject: FlagSubject, options: FlagCallOptions): KnownFlag | Promise<AskedFlag> {
    const local = this.#localFlag(key, subject)
    if (local?.value !== undefined || this.#staysLocal(options)) return this.#overrides.apply(key, local)
    return this.#askOne(key, subject, options)
  }

  async #askOne(key: string, subject: FlagSubject, options: FlagCallOptions): Promise<AskedFlag> {
    const results = new AnsweredResults(await this.#ask(subject, options, [key]))
    return { result: this.#overrides.apply(key, results.get(key)), answer: results.answer }
  }

  #localFlag(key: string, subject: FlagSubject): FlagResult | undefined {
    const definitions = this.#poller?.current
    if (!definitions) return undefined
    const now = new Moment(this.#runtime)
    const evaluation = definitions.set.evaluate(key, subject, now)
    return evaluation && new LocalFlag(key, evaluation, definitions, now)
  }

  #many(
    subject: FlagSubject,
    options: FlagCallOptions,
    how: ManyFlags,
  ): EvaluatedFlagResults | Promise<EvaluatedFlagResults> {
    const { keys, prefer, isEnoughHere } = how
    const definitions = this.#poller?.current
    const here = definitions && new LocalResults(definitions, subject, new Moment(this.#runtime), keys)
    // What is evaluated at its first read must find the subject as it is now.
    if (!isLasting(subject)) here?.evaluateAll()
    const isEnough = isEnoughHere && definitions !== undefined && definitions.set.size > 0
    const staysLocal = isEnough ? (options.onlyEvaluateLocally ?? true) : this.#staysLocal(options)
    if (staysLocal || !this.#needsRemote(definitions, here, how)) {
      return this.#gathered(here ?? noResults, keys, here !== undefined)
    }
    return this.#ask(subject, options, keys).then((answer) => {
      const remote = new AnsweredResults(answer)
      const results = !here ? remote : prefer === 'local' ? joined(here, remote) : joined(remote, here)
      const isAnswered = !answer.failure && !answer.quotaLimited
      return this.#gathered(results, keys, here !== undefined || isAnswered)
    })
  }

  #gathered(
    results: FlagResults,
    keys: readonly string[] | undefined,
    isLoaded: boolean,
  ): EvaluatedFlagResults {
    const state = isLoaded || keys?.length === 0 ? 'loaded' : 'unavailable'
    return { state, results: this.#overrides.over(results, keys) }
  }

  #staysLocal({ onlyEvaluateLocally }: FlagCallOptions): boolean {
    return onlyEvaluateLocally ?? this.#options.strictLocalEvaluation
  }

  /** Flags that only a browser may evaluate, or whose value is set, never need an answer here. */
  #needsRemote(
    definitions: LoadedDefinitions | undefined,
    here: LocalResults | undefined,
    { keys, prefer }: ManyFlags,
  ): boolean {
    const isOpen = (key: string) => !this.#overrides.has(key)
    if (keys && !keys.some(isOpen)) return false
    if (!definitions || !here || definitions.set.size === 0) return true
    const { set } = definitions
    const isUnknown = (key: string) => prefer === 'local' && set.definition(key) === undefined
    if (keys?.some((key) => isOpen(key) && isUnknown(key))) return true
    for (const [key, { value }] of here.evaluateAll()) {
      const isUndecided = value === undefined && isOpen(key)
      if (isUndecided && set.definition(key)?.evaluationRuntime !== 'client') return true
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
