import type { IncomingEvent } from '../capture/event-pipeline.ts'
import type { FlagAnswer, FlagResult } from '../flag-snapshot.ts'
import { exposureProperties, minimalExposure } from '../flags/exposure-event.ts'
import { ExposureLog } from '../flags/exposure-log.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Consented } from '../request/ports.ts'
import { mergedLayers } from '../property-layers.ts'
import type { EventGate } from './event-gate.ts'

/** A flag that was read for somebody. */
export interface Exposure {
  readonly distinctId: string
  readonly groups: Readonly<Record<string, string>>
  readonly result: FlagResult
  /** PostHog's, if it was asked for the flag or for others beside it. */
  readonly answer: FlagAnswer | undefined
  /** The read's own wish; undefined follows the client's option. */
  readonly sendEvents: boolean | undefined
  /** Read by a call for this one flag, instead of from a snapshot. @default false */
  readonly isCall?: boolean
}

/** Sends `$feature_flag_called` for flag reads, once per identity, flag and value. */
export class ExposureReporter {
  readonly #options: Pick<ResolvedOptions, 'sendFeatureFlagEvent'>
  readonly #gate: EventGate
  readonly #log: ExposureLog
  /** The server asked for events without their bulkier properties; the last answer counts. */
  isMinimal = false

  constructor(options: Pick<ResolvedOptions, 'sendFeatureFlagEvent' | 'maxCacheSize'>, gate: EventGate) {
    this.#options = options
    this.#gate = gate
    this.#log = new ExposureLog(options.maxCacheSize)
  }

  /** Whether a read with this wish is reported, if it is news. */
  wants(sendEvents: boolean | undefined): boolean {
    return sendEvents ?? this.#options.sendFeatureFlagEvent
  }

  /** Whether there is nothing to report of a flag that somebody read who agrees to it. */
  isReported({ distinctId, result, groups, sendEvents }: Exposure): boolean {
    if (typeof result.key !== 'string' || !this.wants(sendEvents)) return true
    return this.#log.has(distinctId, result.key, result.value, groups)
  }

  /**
   * @param address makes the event of properties: who reads decides whose it is, and what its context adds.
   * @param consent of the visitor in whose request the flag was evaluated; undefined outside of requests.
   */
  report(
    exposure: Exposure,
    address: (properties: Record<string, unknown>) => IncomingEvent,
    consent: Consented | undefined,
  ): void {
    const { distinctId, result, answer, groups, sendEvents } = exposure
    // Callers without types read keys that are no text; there is nothing to tell of such a read.
    if (typeof result.key !== 'string') return
    if (!this.wants(sendEvents)) return
    this.#gate.push(() => {
      if (!this.#log.claim(distinctId, result.key, result.value, groups)) return undefined
      const properties = exposureProperties(result, { errors: errorsOf(exposure), groups, answer })
      return this.#minimized(result, address(properties))
    }, consent)
  }

  /** Forgets what was reported. */
  clear(): void {
    this.#log.clear()
  }

  #minimized(result: FlagResult, event: IncomingEvent): IncomingEvent {
    if (!this.isMinimal || result.origin?.hasExperiment !== false) return event
    const properties = minimalExposure({ ...mergedLayers(event.common), ...event.message.properties })
    return { kind: event.kind, message: { ...event.message, properties } }
  }
}

/** What went wrong in a read. PostHog was asked for other flags than those that were decided here. */
function errorsOf({ result, answer, isCall }: Exposure): readonly string[] {
  const isDecided = result.value !== undefined
  const ofAnswer = isDecided && result.origin?.isLocal ? [] : (answer?.errors ?? [])
  // A call that stays in this process leaves a flag undecided because it was asked to.
  if (isDecided || (isCall && !answer)) return ofAnswer
  return [...ofAnswer, result.undecided ? 'local_evaluation_inconclusive' : 'flag_missing']
}
