import type { EventMessage } from '../before-send.ts'
import type { FlagResult, FlagSnapshot, FlagSubject, FlagValue } from '../flag-snapshot.ts'
import { absent, EvaluatedFlags } from '../flags/evaluated-flags.ts'
import { type AllFlagsOptions, type FlagCallOptions, subjectOf } from '../flags/flag-call-options.ts'
import type { EvaluatedFlagResults, FlagEvaluator, ManyFlags } from '../flags/flag-evaluator.ts'
import type { FlagResults } from '../flags/flag-source.ts'
import type { Logger } from '../logger.ts'
import type { SendFeatureFlagsOptions } from '../messages.ts'
import type { ResolvedOptions } from '../options.ts'
import { ownMembers } from '../own-members.ts'
import type { EventAuthor } from './event-author.ts'
import type { Exposure, ExposureReporter } from './exposure-reporter.ts'

/** A flag as `getFeatureFlagResult` gives it. */
export interface FeatureFlagResult {
  readonly key: string
  readonly enabled: boolean
  /** Undefined for a flag that is just on or off. */
  readonly variant: string | undefined
  /** Decoded; undefined when there is none. */
  readonly payload: unknown
  /** In words, such as `Evaluated locally`. */
  readonly reason: string | undefined
  readonly reasonCode: string | undefined
}

/** All flags and their payloads, as a browser's SDK is started with. */
export interface FlagsAndPayloads {
  readonly featureFlags: Record<string, FlagValue>
  readonly featureFlagPayloads: Record<string, unknown>
}

/** A flag call as it was made. */
export interface FlagCall<Options extends FlagCallOptions = FlagCallOptions> {
  /** Names it in warnings. */
  readonly method: string
  /** Undefined: whoever the context or the request is about. */
  readonly distinctId: string | undefined
  readonly options: Options
}

/** What flag calls are made of. */
export interface FlagClientParts {
  readonly options: ResolvedOptions
  readonly logger: Logger
  readonly evaluator: FlagEvaluator
  readonly exposures: ExposureReporter
  readonly author: EventAuthor
}

/** A call that can be answered. */
interface ReadyCall<Options extends FlagCallOptions> {
  readonly subject: FlagSubject
  /** The subject was found around the call, not named in it. */
  readonly isAmbient: boolean
  /** The caller's, copied. */
  readonly options: Options
}

const none: FlagResults = new Map()

/** The flag calls of the client: who is asked for, what is answered, and what is reported of it. Never throws or rejects. */
export class FlagClient {
  readonly #parts: FlagClientParts

  constructor(parts: FlagClientParts) {
    this.#parts = parts
  }

  /** One flag, decided or not; undefined without a subject, and from a disabled client. Counts as reading it. */
  async flag(key: string, given: FlagCall): Promise<FlagResult | undefined> {
    const call = this.#ready(given)
    if (!call) return undefined
    const { evaluator } = this.#parts
    const { result, errors, answer, isOverride } = await evaluator.one(key, call.subject, call.options)
    if (!isOverride) this.#expose(call, { result: result ?? absent(key, 'unknown'), errors, answer })
    return result
  }

  /** `matchValue` asks for the payload of that value, whatever the subject's is. Does not count as reading the flag. */
  async payload(key: string, matchValue: FlagValue | undefined, given: FlagCall): Promise<unknown> {
    const call = this.#ready(given)
    return call && this.#parts.evaluator.payload(key, matchValue, call.subject, call.options)
  }

  async all(given: FlagCall<AllFlagsOptions>): Promise<FlagsAndPayloads> {
    const call = this.#ready(given)
    const results = call ? (await this.#many(call, { prefer: 'remote' })).results : none
    const flags: [string, FlagValue][] = []
    const payloads: [string, unknown][] = []
    for (const key of results.keys()) {
      const result = results.get(key)
      if (result?.value === undefined) continue
      flags.push([key, result.value])
      const { payload } = result
      // Of flags that were evaluated here posthog-node gives only payloads that are truthy.
      if (result.origin?.isLocal ? payload : payload !== undefined) payloads.push([key, payload])
    }
    return { featureFlags: Object.fromEntries(flags), featureFlagPayloads: Object.fromEntries(payloads) }
  }

  async snapshot(given: FlagCall<AllFlagsOptions>): Promise<FlagSnapshot> {
    const call = this.#ready(given)
    if (!call) return carried('unavailable', none)
    const { state, results, errors, answer } = await this.#many(call, { prefer: 'local' })
    return new EvaluatedFlags({
      state,
      results,
      defaults: {},
      onRead: (result, read) => {
        if (result.reason === 'override') return
        const sendEvents = read.sendFeatureFlagEvents ?? call.options.sendFeatureFlagEvents
        this.#expose(call, { result, errors: [...errors, ...problemOf(result)], answer, sendEvents })
      },
      warn: (message) => {
        if (this.#parts.options.featureFlagsLogWarnings) this.#parts.logger.warn('flags-snapshot', message)
      },
    })
  }

  /** Flags for an event that asked for them; empty when they cannot be had. Does not count as reading them. */
  async forEvent({
    distinctId,
    groups,
    disableGeoip,
    sendFeatureFlags,
  }: EventMessage): Promise<FlagSnapshot> {
    // Members of another type are of no use, and do no harm.
    const wishes: SendFeatureFlagsOptions = ownMembers(sendFeatureFlags)
    const call = this.#ready({ method: 'capture', distinctId, options: { ...wishes, groups, disableGeoip } })
    if (!call) return carried('unavailable', none)
    const { state, results } = await this.#many(call, { prefer: 'local', isEnoughHere: true })
    return carried(state, results)
  }

  #many(
    { subject, options }: ReadyCall<AllFlagsOptions>,
    how: Omit<ManyFlags, 'keys'>,
  ): Promise<EvaluatedFlagResults> {
    const keys = Array.isArray(options.flagKeys) ? [...options.flagKeys] : undefined
    return this.#parts.evaluator.many(subject, options, { ...how, keys })
  }

  #ready<Options extends FlagCallOptions>(call: FlagCall<Options>): ReadyCall<Options> | undefined {
    const { options, author, logger } = this.#parts
    if (options.disabled) return undefined
    const { method, distinctId: named } = call
    try {
      const distinctId: unknown = isId(named) ? named : author.context()?.distinctId
      if (isId(distinctId)) {
        const subject = subjectOf(String(distinctId), { ...call.options })
        return { subject, isAmbient: !isId(named), options: { ...call.options } }
      }
      logger.warn('flags-nobody', `${method} needs a distinctId, or a context or request to take it from`)
    } catch {
      logger.warn('flags-unreadable', `${method} was given an id or options that cannot be read`)
    }
    return undefined
  }

  #expose(call: ReadyCall<FlagCallOptions>, read: FlagRead): void {
    const { exposures, author } = this.#parts
    const { subject, isAmbient, options } = call
    const { distinctId, groups } = subject
    const { disableGeoip, sendFeatureFlagEvents } = options
    exposures.report({ distinctId, groups, sendEvents: sendFeatureFlagEvents, ...read }, (properties) => {
      // As long as the visitor is still the same, the event is theirs with all that goes with it.
      const isVisitor = isAmbient && author.context()?.distinctId === distinctId
      const event = { event: '$feature_flag_called', properties, disableGeoip }
      return author.address(isVisitor ? event : { ...event, distinctId })
    })
  }
}

/** What one read adds to its call. */
type FlagRead = Pick<Exposure, 'result' | 'errors' | 'answer'> & Partial<Pick<Exposure, 'sendEvents'>>

/** Callers without types pass numbers too. */
function isId(id: unknown): id is string | number {
  return typeof id === 'number' || (typeof id === 'string' && id !== '')
}

function problemOf({ value, undecided }: FlagResult): readonly string[] {
  if (value !== undefined) return []
  return [undecided ? 'local_evaluation_inconclusive' : 'flag_missing']
}

/** A snapshot whose reads nobody hears of. */
function carried(state: FlagSnapshot['state'], results: FlagResults): FlagSnapshot {
  return new EvaluatedFlags({ state, results, defaults: {}, onRead: () => {} })
}
