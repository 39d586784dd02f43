import type { DeliveryLedger } from '../capture/delivery-ledger.ts'
import type { LossReporter } from '../capture/loss-reporter.ts'
import type { Emitter } from '../emitter.ts'
import { TransportError } from '../errors.ts'
import { DefinitionPoller } from '../flags/definitions/definition-poller.ts'
import { FlagEvaluator } from '../flags/flag-evaluator.ts'
import { FlagOverrides } from '../flags/flag-overrides.ts'
import { type FlagSource, noFlagSource } from '../flags/flag-source.ts'
import { FlagsApi } from '../flags/remote/flags-api.ts'
import { type FailedCall, mayPass } from '../flags/remote/flags-failure.ts'
import { LocalFlagSource } from '../flags/local-flag-source.ts'
import { RemoteFlagSource } from '../flags/remote/remote-flag-source.ts'
import type { Logger } from '../logger.ts'
import type { ResolvedOptions } from '../options.ts'
import type { ResolvedRequestOptions } from '../request/request-options.ts'
import type { Runtime } from '../runtime.ts'
import { held } from '../runtime/held.ts'
import type { Library } from '../transport/endpoints.ts'
import { StopSignal } from '../transport/stop-signal.ts'
import type { EventAuthor } from './event-author.ts'
import type { EventGate } from './event-gate.ts'
import { ExposureReporter } from './exposure-reporter.ts'
import { FlagClient } from './flag-client.ts'
import { fetchRemoteConfig } from './remote-config.ts'

/** What a client's flags are made of. */
export interface ClientFlagsParts {
  readonly options: ResolvedOptions
  readonly runtime: Runtime
  readonly library: Library
  readonly logger: Logger
  readonly emitter: Emitter
  readonly ledger: DeliveryLedger
  /** Hears of flag calls that PostHog did not answer. */
  readonly reporter: LossReporter
  readonly gate: EventGate
  readonly author: EventAuthor
}

/** Everything about flags that one client has: definitions, remote evaluation, overrides and exposures. */
export class ClientFlags {
  readonly #parts: ClientFlagsParts
  readonly #api: FlagsApi
  #stop = new StopSignal()
  /** Mounts whose requests do not ask PostHog for now. */
  #pausedMounts = 0
  readonly overrides = new FlagOverrides()
  readonly exposures: ExposureReporter
  readonly calls: FlagClient
  /** Undefined for a client that evaluates nothing itself. */
  readonly poller: DefinitionPoller | undefined

  constructor(parts: ClientFlagsParts) {
    const { options, runtime, gate, ledger } = parts
    const exposures = new ExposureReporter(options, gate)
    const onMinimal = (minimal: boolean) => {
      exposures.isMinimal = minimal
    }
    this.#parts = parts
    this.exposures = exposures
    this.#api = new FlagsApi({
      ...parts,
      onMinimal,
      onCall: () => ledger.call('flags'),
      stopSignal: () => this.#stop,
    })
    if (options.evaluatesLocally && !options.disabled) {
      this.poller = new DefinitionPoller({ ...parts, onMinimal, onCall: () => ledger.call('definitions') })
    }
    const { overrides, poller } = this
    this.calls = new FlagClient({
      ...parts,
      exposures,
      evaluator: new FlagEvaluator({
        options,
        runtime,
        poller,
        api: this.#api,
        overrides,
        onFailure: (failure) => parts.reporter.unanswered(flagsError(failure)),
      }),
    })
  }

  /**
   * Stops polling at once, and gives up requests for flags as soon as no event waits for them. What was reported may be
   * reported anew.
   *
   * @param prepared the events in preparation, if there are any; must not reject.
   */
  async shutdown(timeoutMs: number, prepared: Promise<void> | undefined): Promise<void> {
    const pollerStopped = this.poller?.shutdown(timeoutMs)
    if (prepared) await prepared
    this.#stop.stop()
    this.#stop = new StopSignal()
    await pollerStopped
    this.exposures.clear()
  }

  /** Whether at least one flag can be evaluated here, waiting for it as long as that. */
  async ready(timeoutMs: number): Promise<boolean> {
    return this.poller ? held(this.#parts.runtime, this.poller.ready(timeoutMs)) : false
  }

  /** @throws ConfigError for a client without a secret key. */
  remoteConfig(key: string): Promise<unknown> {
    return fetchRemoteConfig(key, this.#parts)
  }

  /** Whether the requests of some mount do not ask PostHog for now, because it keeps failing. */
  get isPaused(): boolean {
    return this.#pausedMounts > 0
  }

  /** Where the scopes of a request layer find flags. */
  sourceFor({ deadlineMs, cacheSize, cacheTtlMs }: ResolvedRequestOptions): FlagSource {
    const { options, runtime } = this.#parts
    if (options.disabled) return noFlagSource
    const onPause = (isPaused: boolean) => {
      this.#pausedMounts += isPaused ? 1 : -1
    }
    const remote = () =>
      new RemoteFlagSource({ ...this.#parts, api: this.#api, onPause, deadlineMs, cacheSize, cacheTtlMs })
    if (!this.poller) return remote()
    return new LocalFlagSource(this.poller, options.strictLocalEvaluation ? undefined : remote(), runtime)
  }
}

function flagsError(failure: FailedCall): TransportError {
  const { code, status, attempts, cause } = failure
  const message = `PostHog did not evaluate flags (${code}); they are undecided`
  return new TransportError(message, { status, attempts, retryable: mayPass(failure), dropped: 0, cause })
}
