import { Delivery } from './capture/delivery.ts'
import { type ClientStats, DeliveryLedger } from './capture/delivery-ledger.ts'
import { EventPipeline, type IncomingEvent } from './capture/event-pipeline.ts'
import { LossReporter } from './capture/loss-reporter.ts'
import {
  aliasEvent,
  groupIdentifyEvent,
  identifyEvent,
  setPersonPropertiesEvent,
  unsetPersonPropertiesEvent,
} from './capture/named-events.ts'
import { callerStack } from './caller-stack.ts'
import type { ContextData, ContextOptions } from './context.ts'
import { ContextStorage } from './context-storage.ts'
import { Emitter, type Listener } from './emitter.ts'
import type { DeliveryReport } from './errors.ts'
import { EventAuthor } from './client/event-author.ts'
import { ExceptionReporter } from './client/exception-reporter.ts'
import { PendingWork } from './client/pending-work.ts'
import { RequestLayers } from './client/request-layers.ts'
import type { Hedgerow } from './hedgerow.ts'
import { Logger } from './logger.ts'
import type {
  AliasMessage,
  CaptureMessage,
  GroupIdentifyMessage,
  IdentifyMessage,
  SetPersonPropertiesMessage,
  UnsetPersonPropertiesMessage,
} from './messages.ts'
import type { ClientOptions, ResolvedOptions } from './options.ts'
import type { RequestLayer } from './request/request-layer.ts'
import type { RequestOptions } from './request/request-options.ts'
import type { RequestScope } from './request/request-scope.ts'
import { resolveOptions } from './resolve-options.ts'
import type { Runtime } from './runtime.ts'
import { held } from './runtime/held.ts'
import { UuidSource } from './runtime/uuid.ts'
import { hedgerowLibrary } from './transport/endpoints.ts'
import { HostHealth } from './transport/host-health.ts'

const shutdownTimeoutMs = 30_000
/** Longer than any preparation takes by itself: each is bounded. */
const longestPreparationMs = 5000

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
  readonly #ledger = new DeliveryLedger()
  readonly #delivery: Delivery
  readonly #pipeline: EventPipeline
  readonly #contexts: ContextStorage<RequestScope>
  readonly #author: EventAuthor
  readonly #exceptions: ExceptionReporter
  readonly #layers: RequestLayers
  readonly #preparations: PendingWork
  #shutdown: Promise<DeliveryReport> | undefined

  /**
   * @param token project token (`phc_…`). Missing or blank gives a client that does nothing, after one logged line.
   * @throws ConfigError for an option that cannot work.
   */
  constructor(token: string | undefined, options: ClientOptions = {}) {
    const { options: resolved, runtime, warnings, disabledBecause } = resolveOptions(token, options)
    const logger = new Logger(runtime, resolved.logLevel)
    const parts = {
      options: resolved,
      runtime,
      logger,
      ledger: this.#ledger,
      emitter: new Emitter(logger),
      uuids: new UuidSource(runtime),
      library: { id: this.getLibraryId(), version: this.getLibraryVersion() },
      health: new HostHealth(logger),
    }
    const delivery = new Delivery({ ...parts, reporter: new LossReporter(parts) })
    this.#options = resolved
    this.#runtime = runtime
    this.#logger = logger
    this.#emitter = parts.emitter
    this.#delivery = delivery
    this.#pipeline = new EventPipeline({ ...parts, delivery })
    this.#contexts = new ContextStorage(runtime.createStorage())
    this.#author = new EventAuthor(this.#contexts, parts.uuids)
    this.#preparations = new PendingWork(runtime, (work) => delivery.preparing(work))
    const shared = {
      ...parts,
      pipeline: this.#pipeline,
      author: this.#author,
      contexts: this.#contexts,
      preparations: this.#preparations,
    }
    this.#exceptions = new ExceptionReporter(shared)
    this.#layers = new RequestLayers(shared)
    for (const warning of warnings) logger.warn('options', warning)
    if (disabledBecause) logger.error('disabled', disabledBecause)
  }

  /** Name of the library, as it is in `$lib`; subclasses may have their own. */
  getLibraryId(): string {
    return hedgerowLibrary.id
  }

  /** Version of the library, as it is in `$lib_version`; subclasses may have their own. */
  getLibraryVersion(): string {
    return hedgerowLibrary.version
  }

  capture(message: CaptureMessage): void {
    this.#pipeline.push(() => this.#author.address(message))
  }

  captureImmediate(message: CaptureMessage): Promise<void> {
    return this.#pipeline.pushNow(() => this.#author.address(message))
  }

  identify(message: IdentifyMessage): void {
    this.#pipeline.push(() => identifyEvent({ ...message }))
  }

  identifyImmediate(message: IdentifyMessage): Promise<void> {
    return this.#pipeline.pushNow(() => identifyEvent({ ...message }))
  }

  alias(message: AliasMessage): void {
    this.#pipeline.push(() => aliasEvent({ ...message }))
  }

  aliasImmediate(message: AliasMessage): Promise<void> {
    return this.#pipeline.pushNow(() => aliasEvent({ ...message }))
  }

  groupIdentify(message: GroupIdentifyMessage): void {
    this.#pipeline.push(() => groupIdentifyEvent({ ...message }))
  }

  groupIdentifyImmediate(message: GroupIdentifyMessage): Promise<void> {
    return this.#pipeline.pushNow(() => groupIdentifyEvent({ ...message }))
  }

  setPersonProperties(message: SetPersonPropertiesMessage): void {
    this.#pipeline.push(() => this.#addressIfAny(setPersonPropertiesEvent({ ...message })))
  }

  unsetPersonProperties(message: UnsetPersonPropertiesMessage): void {
    this.#pipeline.push(() => this.#addressIfAny(unsetPersonPropertiesEvent({ ...message })))
  }

  captureException(
    thrown: unknown,
    distinctId?: string,
    properties?: Record<string, unknown>,
    uuid?: string,
  ): void {
    const stack = callerStack(this.captureException)
    this.#exceptions.report({ thrown, distinctId, properties, uuid, callerStack: stack })
  }

  captureExceptionImmediate(
    thrown: unknown,
    distinctId?: string,
    properties?: Record<string, unknown>,
    uuid?: string,
  ): Promise<void> {
    const stack = callerStack(this.captureExceptionImmediate)
    return this.#exceptions.reportNow({ thrown, distinctId, properties, uuid, callerStack: stack })
  }

  register(properties: Record<string, unknown>): void {
    this.#author.register(properties)
  }

  unregister(name: string): void {
    this.#author.unregister(name)
  }

  async enable(): Promise<void> {
    this.#pipeline.optedIn = true
  }

  async disable(): Promise<void> {
    this.#pipeline.optedIn = false
  }

  withContext<T>(context: ContextData, callback: () => T, options: ContextOptions = {}): T {
    return this.#contexts.runWith(context, callback, options)
  }

  enterContext(context: ContextData, options: ContextOptions = {}): void {
    this.#contexts.enter(context, options)
  }

  getContext(): ContextData | undefined {
    return this.#author.context()
  }

  scope(): RequestScope | undefined {
    return this.#contexts.current?.scope
  }

  requestLayer<Carrier>(options: RequestOptions<Carrier> = {}): RequestLayer {
    return this.#layers.create(options)
  }

  on(name: string, listener: Listener): () => void {
    return this.#emitter.on(name, listener)
  }

  debug(on = true): void {
    this.#logger.setLevel(on ? 'debug' : this.#options.logLevel)
  }

  stats(): ClientStats {
    return this.#ledger.snapshot(this.#delivery.held)
  }

  flush(): Promise<DeliveryReport> {
    const flushed = held(this.#runtime, this.#flush())
    // A caller who does not wait must not find an unhandled rejection; one who does gets it all the same.
    flushed.catch(ignore)
    return flushed
  }

  shutdown(timeoutMs: number = shutdownTimeoutMs): Promise<DeliveryReport> {
    if (this.#shutdown) {
      this.#logger.warn(
        'shutdown-twice',
        'shutdown() was called while it was running; both calls end together',
      )
    }
    this.#shutdown ??= held(this.#runtime, this.#end(usableTimeout(timeoutMs))).finally(
      () => (this.#shutdown = undefined),
    )
    return this.#shutdown
  }

  #addressIfAny(message: CaptureMessage | undefined): IncomingEvent | undefined {
    return message && this.#author.address(message)
  }

  async #flush(): Promise<DeliveryReport> {
    // Not even a turn later when there is nothing to wait for: what is captured after the call is not covered by it.
    const prepared = this.#preparations.settled(longestPreparationMs)
    if (prepared) await prepared
    const report = await this.#delivery.flush()
    this.#emitter.emit('flush', report)
    return report
  }

  async #end(timeoutMs: number): Promise<DeliveryReport> {
    const prepared = this.#preparations.settled(Math.min(timeoutMs, longestPreparationMs))
    const report = await this.#delivery.shutdown(timeoutMs, prepared)
    if (report.pending > 0) {
      const events = report.pending === 1 ? '1 event' : `${report.pending} events`
      this.#logger.warn('shutdown', `${events} could not be sent before the client was shut down`)
    }
    return report
  }
}

/** A time that can be waited; `shutdown` must not reject or hang for one that cannot. */
function usableTimeout(timeoutMs: unknown): number {
  const isNumber = typeof timeoutMs === 'number' && !Number.isNaN(timeoutMs)
  return isNumber ? Math.max(0, timeoutMs) : shutdownTimeoutMs
}

/** For promises whose rejection is somebody else's to handle, or that never reject. */
function ignore(): void {}
