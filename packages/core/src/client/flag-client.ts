import type { EventMessage } from '../before-send.ts'
import type { FlagAnswer, FlagResult, FlagSnapshot, FlagSubject, FlagValue } from '../flag-snapshot.ts'
import { absent } from '../flags/absent-flag.ts'
import { EvaluatedFlags } from '../flags/evaluated-flags.ts'
import { type AllFlagsOptions, type FlagCallOptions, subjectOf } from '../flags/flag-call-options.ts'
import type { EvaluatedFlagResults, FlagEvaluator, KnownFlag, ManyFlags } from '../flags/flag-evaluator.ts'
import type { FlagResults } from '../flags/flag-source.ts'
import { noResults } from '../flags/gathered-results.ts'
import type { Logger } from '../logger.ts'
import type { SendFeatureFlagsOptions } from '../messages.ts'
import type { ResolvedOptions } from '../options.ts'
import { ownMembers } from '../own-members.ts'
import type { Consented } from '../request/ports.ts'
import type { EventAuthor } from './event-author.ts'
import type { EventGate } from './event-gate.ts'
import type { ExposureReporter } from './exposure-reporter.ts'

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
  readonly gate: EventGate
}

/** A call that can be answered. */
interface ReadyCall<Options extends FlagCallOptions> {
  readonly subject: FlagSubject
  /** The subject was found around the call, not named in it. */
  readonly isAmbient: boolean
  /** The caller's, copied. */
  readonly options: Options
  /** Of the visitor in whose request it was made; undefined outside of requests. */
  readonly consent: Consented | undefined
}

/** What one read adds to its call. */
interface FlagRead {
  readonly result: FlagResult
  readonly answer: FlagAnswer | undefined
  readonly sendEvents: boolean | undefined
  readonly isCall?: boolean
}

/**
 * The flag calls of the client: who is asked for, what is answered, and what is reported of it. Never throws or rejects.
 * What is known at once is answered at once, so that whoever promised an answer to the user needs no second promise.
 */
export class FlagClient {
  readonly #parts: FlagClientParts

  constructor(parts: FlagClientParts) {
    this.#parts = parts
  }

  /** One flag, decided or not; undefined without a subject, and from a disabled client. Counts as reading it. */
  flag(key: string, given: FlagCall): KnownFlag | Promise<KnownFlag> {
    const call = this.#ready(given)
    if (!call) return undefined
    const flag = this.#parts.evaluator.one(key, call.subject, call.options)
    return flag instanceof Promise
      ? flag.then(({ result, answer }) => this.#read(key, call, result, answer))
      : this.#read(key, call, flag, undefined)
  }

  /** `matchValue` asks for the payload of that value, whatever the subject's is. Does not count as reading the flag. */
  async payload(key: string, matchValue: FlagValue | undefined, given: FlagCall): Promise<unknown> {
    const call = this.#ready(given)
    return call && this.#parts.evaluator.payload(key, matchValue, call.subject, call.options)
  }

  /** The values of all decided flags. Does not count as reading them. */
  async values(given: FlagCall<AllFlagsOptions>): Promise<Record<string, FlagValue>> {
    const values: [string, FlagValue][] = []
    for (const { key, value } of await this.#all(given)) if (value !== undefined) values.push([key, value])
    return Object.fromEntries(values)
  }

  /** The values of all decided flags, and their payloads. Does not count as reading them. */
  async valuesAndPayloads(given: FlagCall<AllFlagsOptions>): Promise<FlagsAndPayloads> {
    const values: [string, FlagValue][] = []
    const payloads: [string, unknown][] = []
    for (const result of await this.#all(given)) {
      if (result.value === undefined) continue
      values.push([result.key, result.value])
      const { payload } = result
      // Of flags that were evaluated here posthog-node gives only payloads that are truthy.
      if (payload || (payload !== undefined && !result.origin?.isLocal)) payloads.push([result.key, payload])
    }
    return { featureFlags: Object.fromEntries(values), featureFlagPayloads: Object.fromEntries(payloads) }
  }

  snapshot(given: FlagCall<AllFlagsOptions>): FlagSnapshot | Promise<FlagSnapshot> {
    const call = this.#ready(given)
    if (!call) return carried('unavailable', noResults)
    const flags = this.#many(call, { prefer: 'local' })
    return flags instanceof Promise
      ? flags.then((evaluated) => this.#snapshotOf(call, evaluated))
      : this.#snapshotOf(call, flags)
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
    if (!call) return carried('unavailable', noResults)
    const { state, results } = await this.#many(call, { prefer: 'local', isEnoughHere: true })
    return carried(state, results)
  }

  async #all(given: FlagCall<AllFlagsOptions>): Promise<Iterable<FlagResult>> {
    const call = this.#ready(given)
    return call ? (await this.#many(call, { prefer: 'remote' })).results.all() : []
  }

  #many(
    { subject, options }: ReadyCall<AllFlagsOptions>,
    how: Omit<ManyFlags, 'keys'>,
  ): EvaluatedFlagResults | Promise<EvaluatedFlagResults> {
    const keys = Array.isArray(options.flagKeys) ? [...options.flagKeys] : undefined
    return this.#parts.evaluator.many(subject, options, { ...how, keys })
  }

  #ready<Options extends FlagCallOptions>(call: FlagCall<Options>): ReadyCall<Options> | undefined {
    const { options: client, author, gate, logger } = this.#parts
    if (client.disabled) return undefined
    const { method, distinctId } = call
    try {
      const id = idOf(distinctId)
      const isAmbient = id === undefined
      const who = id ?? author.subject()
      if (who !== undefined) {
        const { consent } = gate
        const options = { ...call.options, ...(consent?.hasConsent === false && notAsked) }
        return { subject: subjectOf(who, options), isAmbient, options, consent }
      }
      logger.warn('flags-nobody', `${method} needs a distinctId, or a context or request to take it from`)
    } catch {
      logger.warn('flags-unreadable', `${method} was given an id or options that cannot be read`)
    }
    return undefined
  }

  #read(
    key: string,
    call: ReadyCall<FlagCallOptions>,
    flag: KnownFlag,
    answer: FlagAnswer | undefined,
  ): KnownFlag {
    const sendEvents = call.options.sendFeatureFlagEvents
    if (this.#parts.exposures.wants(sendEvents)) {
      this.#expose(call, { result: flag ?? absent(key, 'unknown'), answer, sendEvents, isCall: true })
    }
    return flag
  }

  #snapshotOf(call: ReadyCall<FlagCallOptions>, { state, results }: EvaluatedFlagResults): FlagSnapshot {
    const { options, logger } = this.#parts
    return new EvaluatedFlags({
      state,
      results,
      defaults: {},
      onRead: (result, read, answer) => {
        const sendEvents = read.sendFeatureFlagEvents ?? call.options.sendFeatureFlagEvents
        this.#expose(call, { result, answer, sendEvents })
      },
      warn: (message) => {
        if (options.featureFlagsLogWarnings) logger.warn('flags-snapshot', message)
      },
    })
  }

  #expose({ subject, isAmbient, options, consent }: ReadyCall<FlagCallOptions>, read: FlagRead): void {
    if (read.result.reason === 'override') return
    const { exposures, author } = this.#parts
    const { distinctId, groups } = subject
    const { disableGeoip } = options
    const address = (properties: Record<string, unknown>) => {
      // As long as the visitor is still the same, the event is theirs with all that goes with it.
      const isVisitor = isAmbient && author.subject()?.distinctId === distinctId
      const event = { event: '$feature_flag_called', properties, disableGeoip }
      return author.address(isVisitor ? event : { ...event, distinctId })
    }
    exposures.report({ distinctId, groups, ...read }, address, consent)
  }
}

/** PostHog is asked nothing in the request of a visitor who does not agree; what is known here is still answered. */
const notAsked: Pick<FlagCallOptions, 'onlyEvaluateLocally'> = { onlyEvaluateLocally: true }

/** Callers without types pass numbers too, or what is no id. */
function idOf(given: unknown): string | undefined {
  if (typeof given === 'string') return given === '' ? undefined : given
  return typeof given === 'number' ? String(given) : undefined
}

/** A snapshot whose reads nobody hears of. */
function carried(state: FlagSnapshot['state'], results: FlagResults): FlagSnapshot {
  return new EvaluatedFlags({ state, results, defaults: {}, onRead: () => {} })
}
