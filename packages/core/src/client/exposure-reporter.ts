import type { EventPipeline, IncomingEvent } from '../capture/event-pipeline.ts'
import type { FlagResult } from '../flag-snapshot.ts'
import { exposureProperties, minimalExposure } from '../flags/exposure-event.ts'
import { ExposureLog } from '../flags/exposure-log.ts'
import type { AnswerFacts } from '../flags/flag-evaluator.ts'
import type { ResolvedOptions } from '../options.ts'

/** A flag that was read for somebody. */
export interface Exposure {
  readonly distinctId: string
  readonly result: FlagResult
  /** For `$feature_flag_error`. */
  readonly errors: readonly string[]
  /** PostHog's, if it was asked for this read. */
  readonly answer?: AnswerFacts | undefined
  readonly groups: Readonly<Record<string, string>>
  /** The read's own wish; undefined follows the client's option. */
  readonly sendEvents: boolean | undefined
}

/** Sends `$feature_flag_called` for flag reads, once per identity, flag and value. */
export class ExposureReporter {
  readonly #options: Pick<ResolvedOptions, 'sendFeatureFlagEvent'>
  readonly #pipeline: EventPipeline
  readonly #log: ExposureLog
  /** The server asked for events without their bulkier properties; the last answer counts. */
  isMinimal = false

  constructor(
    options: Pick<ResolvedOptions, 'sendFeatureFlagEvent' | 'maxCacheSize'>,
    pipeline: EventPipeline,
  ) {
    this.#options = options
    this.#pipeline = pipeline
    this.#log = new ExposureLog(options.maxCacheSize)
  }

  /** @param address makes the event of properties: who reads decides whose it is, and what its context adds. */
  report(exposure: Exposure, address: (properties: Record<string, unknown>) => IncomingEvent): void {
    const { distinctId, result, errors, answer, groups, sendEvents } = exposure
    if (!(sendEvents ?? this.#options.sendFeatureFlagEvent)) return
    if (!this.#log.claim(distinctId, result.key, result.value, groups)) return
    this.#pipeline.push(() =>
      this.#minimized(result, address(exposureProperties(result, { errors, groups, answer }))),
    )
  }

  /** Forgets what was reported. */
  clear(): void {
    this.#log.clear()
  }

  #minimized(result: FlagResult, event: IncomingEvent): IncomingEvent {
    if (!this.isMinimal || result.origin?.hasExperiment !== false) return event
    const properties = minimalExposure({ ...event.common, ...event.message.properties })
    return { kind: event.kind, message: { ...event.message, properties } }
  }
}
