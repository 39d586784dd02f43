import { Batcher } from './capture/batcher.ts'
import { type ClientStats, DeliveryLedger } from './capture/delivery-ledger.ts'
import { EventPipeline } from './capture/event-pipeline.ts'
import { LossReporter } from './capture/loss-reporter.ts'
import { aliasEvent, groupIdentifyEvent, identifyEvent } from './capture/named-events.ts'
import { Sender } from './capture/sender.ts'
import { Emitter, type Listener } from './emitter.ts'
import type { DeliveryReport } from './errors.ts'
import { FlagReader, noFlagSource } from './flags/flag-reader.ts'
import { RemoteFlagSource } from './flags/remote-flag-source.ts'
import type { Hedgerow } from './hedgerow.ts'
import { Logger } from './logger.ts'
import type { AliasMessage, CaptureMessage, GroupIdentifyMessage, IdentifyMessage } from './messages.ts'
import { type ClientOptions, type ResolvedOptions, resolveOptions } from './options.ts'
import { LoginLinks } from './request/login-links.ts'
import { OneTimeWarnings } from './request/one-time-warnings.ts'
import type { ScopeClient } from './request/ports.ts'
import { createRequestLayer, type RequestLayer } from './request/request-layer.ts'
import {
  type RequestOptions,
  type ResolvedRequestOptions,
  resolveRequestOptions,
} from './request/request-options.ts'
import type { RequestScope } from './request/request-scope.ts'
import type { AsyncStorage, Runtime } from './runtime.ts'
import { completeRuntime } from './runtime/complete-runtime.ts'
import { UuidSource } from './runtime/uuid.ts'
import { within } from './runtime/within.ts'
import { MemoryStore } from './store/memory-store.ts'
import { HostHealth } from './transport/host-health.ts'

const shutdownTimeoutMs = 30_000
/** Marks an event that belongs to nobody. */
const personless = { $process_person_profile: false }

/**
 * Captures events and opens request scopes. One client serves a whole process; whoever creates it shuts it down.
 *
 * @example
 * const client = new HedgerowClient('phc_…', { host: 'https://eu.i.posthog.com' })
 * client.capture({ distinctId: 'user_1', event: 'order placed', properties: { total: 42 } })
 * await client.shutdown()
 */
export class HedgerowClient implements Hedgerow {
  readonly #options: ResolvedOptions
  readonly #runtime: Runtime
  readonly #logger: Logger
  readonly #emitter: Emitter
  readonly #uuids: UuidSource
  readonly #ledger = new DeliveryLedger()
  readonly #store: MemoryStore
  readonly #pipeline: EventPipeline
  readonly #batcher: Batcher
  readonly #storage: AsyncStorage<RequestScope> | undefined
  readonly #scopes = new WeakMap<object, RequestScope>()
  readonly #warnings: OneTimeWarnings
  readonly #loginLinks = new LoginLinks()
  readonly #preparations = new Set<Promise<void>>()
  #shutdown: Promise<DeliveryReport> | undefined

  /**
   * @param token project token (`phc_…`). Missing or blank gives a client that does nothing, after one logged line.
   * @throws ConfigError for an option that cannot work.
   */
  constructor(token: string | undefined, options: ClientOptions = {}) {
    const resolution = resolveOptions(token, options)
    const runtime = completeRuntime(options.runtime, options.fetch)
    const logger = new Logger(runtime, resolution.options.logLevel)
    const parts = {
      options: resolution.options,
      runtime,
      logger,
      ledger: this.#ledger,
      emitter: new Emitter(logger),
    }
    const reporter = new LossReporter(parts)
    const store = new MemoryStore(
      { events: parts.options.maxQueueSize, bytes: parts.options.maxQueueBytes },
      (events) => {
        this.#ledger.drop(events, 'queue-full')
        reporter.evicted(events)
      },
    )
    const sender = new Sender({ ...parts, health: new HostHealth(logger) })
    this.#options = parts.options
    this.#runtime = runtime
    this.#logger = logger
    this.#emitter = parts.emitter
    this.#uuids = new UuidSource(runtime)
    this.#store = store
    this.#batcher = new Batcher({ ...parts, store, sender, reporter })
    this.#pipeline = new EventPipeline({
      ...parts,
      uuids: this.#uuids,
      sink: {
        accept: (event) => {
          this.#ledger.accept(1)
          store.append([event])
          this.#batcher.appended()
        },
        rejectTooLarge: () => {
          this.#ledger.accept(1)
          this.#ledger.drop(1, 'too-large')
          reporter.tooLarge()
        },
      },
    })
    this.#storage = runtime.createStorage()
    this.#warnings = new OneTimeWarnings(logger)
    for (const warning of resolution.warnings) logger.warn('options', warning)
    if (resolution.disabledBecause) logger.error('disabled', resolution.disabledBecause)
  }

  capture(message: CaptureMessage): void {
    this.#pipeline.guard(() => this.#capture(message))
  }

  identify(message: IdentifyMessage): void {
    this.#pipeline.guard(() => this.#pipeline.push(identifyEvent({ ...message })))
  }

  alias(message: AliasMessage): void {
    this.#pipeline.guard(() => this.#pipeline.push(aliasEvent({ ...message })))
  }

  groupIdentify(message: GroupIdentifyMessage): void {
    this.#pipeline.guard(() => this.#pipeline.push(groupIdentifyEvent({ ...message })))
  }

  on(name: string, listener: Listener): () => void {
    return this.#emitter.on(name, listener)
  }

  flush(): Promise<DeliveryReport> {
    const flushed = this.#flush()
    // A caller who does not wait must not find an unhandled rejection; one who does gets it all the same.
    flushed.catch(ignore)
    return flushed
  }

  shutdown(timeoutMs: number = shutdownTimeoutMs): Promise<DeliveryReport> {
    if (this.#shutdown)
      this.#logger.warn(
        'shutdown-twice',
        'shutdown() was called while it was running; both calls end together',
      )
    this.#shutdown ??= this.#end(timeoutMs).finally(() => (this.#shutdown = undefined))
    return this.#shutdown
  }

  debug(on = true): void {
    this.#logger.setLevel(on ? 'debug' : this.#options.logLevel)
  }

  stats(): ClientStats {
    return this.#ledger.snapshot({ events: this.#store.size, bytes: this.#store.bytes })
  }

  scope(): RequestScope | undefined {
    return this.#storage?.getStore()
  }

  requestLayer<Carrier>(options: RequestOptions<Carrier> = {}): RequestLayer {
    const warnings: string[] = []
    const resolved = resolveRequestOptions(options, warnings)
    for (const warning of warnings) this.#logger.warn('options', warning)
    const environment = {
      client: this.#asScopeClient(),
      flagReader: new FlagReader(this.#flagSource(resolved)),
      options: resolved,
      warnings: this.#warnings,
      loginLinks: this.#loginLinks,
      storage: this.#storage,
    }
    return createRequestLayer(environment, this.#scopes)
  }

  #capture(message: CaptureMessage): void {
    const { distinctId, ...rest } = { ...message }
    const event = { timestamp: undefined, uuid: undefined, ...rest, properties: rest.properties ?? {} }
    if (isGiven(distinctId))
      return this.#pipeline.push({ kind: 'capture', message: { ...event, distinctId } })
    const scope = this.scope()
    if (scope) return scope.push(event)
    this.#pipeline.push({
      kind: 'capture',
      message: { ...event, distinctId: this.#uuids.next() },
      common: personless,
    })
  }

  async #flush(): Promise<DeliveryReport> {
    // Not even a turn later when there is nothing to wait for: what is captured after the call is not covered by it.
    if (this.#preparations.size > 0) await Promise.all(this.#preparations)
    const report = await this.#batcher.flush()
    this.#emitter.emit('flush', report)
    return report
  }

  async #end(timeoutMs: number): Promise<DeliveryReport> {
    const startedAt = this.#runtime.now()
    if (this.#preparations.size > 0) await within(this.#runtime, timeoutMs, Promise.all(this.#preparations))
    const report = await this.#batcher.shutdown(Math.max(0, timeoutMs - (this.#runtime.now() - startedAt)))
    if (report.pending > 0) {
      this.#logger.warn(
        'shutdown',
        `${report.pending} ${report.pending === 1 ? 'event' : 'events'} could not be sent before the client was shut down`,
      )
    }
    return report
  }

  #flagSource(options: ResolvedRequestOptions): RemoteFlagSource | typeof noFlagSource {
    if (this.#options.disabled) return noFlagSource
    return new RemoteFlagSource({
      options: this.#options,
      runtime: this.#runtime,
      logger: this.#logger,
      onCall: () => this.#ledger.call('flags'),
      cacheSize: options.cacheSize,
      cacheTtlMs: options.cacheTtlMs,
    })
  }

  #asScopeClient(): ScopeClient {
    return {
      token: this.#options.token,
      disabled: this.#options.disabled,
      geoipForcedOff: this.#options.geoipForcedOff,
      runtime: this.#runtime,
      uuids: this.#uuids,
      logger: this.#logger,
      push: (event) => this.#pipeline.push(event),
      guard: (read) => this.#pipeline.guard(read),
      refuseBot: () => this.#pipeline.refuse('bot'),
      hold: (preparation) => {
        this.#preparations.add(preparation)
        preparation.finally(() => this.#preparations.delete(preparation)).catch(ignore)
      },
    }
  }
}

function isGiven<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null && value !== ''
}

/** For promises whose rejection is somebody else's to handle, or that never reject. */
function ignore(): void {}
