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
import type { ContextData, ContextFrame, ContextOptions } from './context.ts'
import { ContextStorage } from './context-storage.ts'
import { Emitter, type Listener } from './emitter.ts'
import type { DeliveryReport } from './errors.ts'
import type { ClientHealth } from './client/client-health.ts'
import { ClientFlags } from './client/client-flags.ts'
import { Draining } from './client/draining.ts'
import { EventAuthor } from './client/event-author.ts'
import { EventGate } from './client/event-gate.ts'
import { EventIntake } from './client/event-intake.ts'
import { ExceptionReporter } from './client/exception-reporter.ts'
import { FlagMethods } from './client/flag-methods.ts'
import { PendingWork } from './client/pending-work.ts'
import { RequestLayers } from './client/request-layers.ts'
import type { FlagSnapshot } from './flag-snapshot.ts'
import type { Hedgerow } from './hedgerow.ts'
import type { IngestProxyOptions } from './ingest-proxy/ingest-options.ts'
import { createIngestProxy, type IngestProxy } from './ingest-proxy/ingest-proxy.ts'
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
import { UuidSource } from './runtime/uuid.ts'
import { hedgerowLibrary, type Library } from './transport/endpoints.ts'
import { HostHealth } from './transport/host-health.ts'

const noAsyncStorage =
  'this platform has no AsyncLocalStorage, so withContext changes nothing and client.scope() finds nothing; pass ids in each call, and use the scope itself'

/**
 * Captures events and opens request scopes. One client serves a whole process; whoever creates it shuts it down.
 *
 * @example
 * const client = new HedgerowClient('phc_…', { host: 'https://eu.i.posthog.com' })
 * client.capture({ distinctId: 'user_1', event: 'order placed', properties: { total: 42 } })
 * await client.shutdown()
 */
export class HedgerowClient extends FlagMethods implements Hedgerow {
  protected readonly clientFlags: ClientFlags
  readonly #options: ResolvedOptions
  readonly #logger: Logger
  readonly #runtime: Runtime
  readonly #emitter: Emitter
  readonly #health: HostHealth
  readonly #ledger = new DeliveryLedger()
  readonly #delivery: Delivery
  readonly #pipeline: EventPipeline
  readonly #contexts: ContextStorage<RequestScope>
  readonly #gate: EventGate
  readonly #author: EventAuthor
  readonly #intake: EventIntake
  readonly #exceptions: ExceptionReporter
  readonly #layers: RequestLayers
  readonly #draining: Draining

  /**
   * @param token project token (`phc_…`). Missing or blank gives a client that does nothing, after one logged line.
   * @throws ConfigError for an option that cannot work.
   */
  constructor(token: string | undefined, options: ClientOptions = {}) {
    super()
    const { options: resolved, runtime, warnings, disabledBecause } = resolveOptions(token, options)
    const logger = new Logger(runtime, resolved.logLevel)
    const parts = {
      options: resolved,
      runtime,
      logger,
      ledger: this.#ledger,
      emitter: new Emitter(logger),
      uuids: new UuidSource(runtime),
      library: this.#library(),
      health: new HostHealth(logger),
    }
    const reporter = new LossReporter(parts)
    const delivery = new Delivery({ ...parts, reporter })
    this.#options = resolved
    this.#logger = logger
    this.#runtime = runtime
    this.#emitter = parts.emitter
    this.#health = parts.health
    this.#delivery = delivery
    this.#pipeline = new EventPipeline({ ...parts, delivery })
    const storage = runtime.createStorage<ContextFrame<RequestScope>>()
    this.#contexts = new ContextStorage(storage)
    this.#gate = new EventGate(this.#pipeline, this.#contexts)
    this.#author = new EventAuthor(this.#contexts, parts.uuids)
    const preparations = new PendingWork(runtime, (work) => delivery.preparing(work))
    this.clientFlags = new ClientFlags({ ...parts, reporter, gate: this.#gate, author: this.#author })
    const shared = {
      ...parts,
      flags: this.clientFlags,
      pipeline: this.#pipeline,
      gate: this.#gate,
      author: this.#author,
      contexts: this.#contexts,
      preparations,
      delivery,
    }
    this.#intake = new EventIntake(shared)
    this.#exceptions = new ExceptionReporter(shared)
    this.#draining = new Draining(shared)
    this.#layers = new RequestLayers({
      ...shared,
      reporter,
      exceptions: this.#exceptions,
      draining: this.#draining,
    })
    for (const warning of warnings) logger.warn('options', warning)
    if (disabledBecause) logger.error('disabled', disabledBecause)
    if (!storage && runtime.env('NODE_ENV') === 'development') logger.warn('no-async-storage', noAsyncStorage)
    this.clientFlags.poller?.start()
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
    this.#intake.capture(message)
  }

  captureImmediate(message: CaptureMessage): Promise<void> {
    return this.#intake.captureNow(message)
  }

  identify(message: IdentifyMessage): void {
    this.#gate.push(() => identifyEvent({ ...message }))
  }

  identifyImmediate(message: IdentifyMessage): Promise<void> {
    return this.#gate.pushNow(() => identifyEvent({ ...message }))
  }

  alias(message: AliasMessage): void {
    this.#gate.push(() => aliasEvent({ ...message }))
  }

  aliasImmediate(message: AliasMessage): Promise<void> {
    return this.#gate.pushNow(() => aliasEvent({ ...message }))
  }

  groupIdentify(message: GroupIdentifyMessage): void {
    this.#gate.push(() => groupIdentifyEvent({ ...message }))
  }

  groupIdentifyImmediate(message: GroupIdentifyMessage): Promise<void> {
    return this.#gate.pushNow(() => groupIdentifyEvent({ ...message }))
  }

  setPersonProperties(message: SetPersonPropertiesMessage): void {
    this.#gate.push(() => this.#addressIfAny(setPersonPropertiesEvent({ ...message })))
  }

  unsetPersonProperties(message: UnsetPersonPropertiesMessage): void {
    this.#gate.push(() => this.#addressIfAny(unsetPersonPropertiesEvent({ ...message })))
  }

  captureException(
    thrown: unknown,
    distinctId?: string,
    properties?: Record<string, unknown>,
    uuid?: string,
    flags?: FlagSnapshot,
  ): void {
    const stack = callerStack(this.captureException)
    this.#exceptions.report({ thrown, distinctId, properties, uuid, flags, callerStack: stack })
  }

  captureExceptionImmediate(
    thrown: unknown,
    distinctId?: string,
    properties?: Record<string, unknown>,
    uuid?: string,
    flags?: FlagSnapshot,
  ): Promise<void> {
    const stack = callerStack(this.captureExceptionImmediate)
    return this.#exceptions.reportNow({ thrown, distinctId, properties, uuid, flags, callerStack: stack })
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

  ingestProxy(options: IngestProxyOptions = {}): IngestProxy {
    const parts = { options: this.#options, runtime: this.#runtime, logger: this.#logger }
    return createIngestProxy(parts, options)
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

  health(): ClientHealth {
    const { poller, isPaused } = this.clientFlags
    return {
      host: this.#health.isReachable ? 'reachable' : 'unreachable',
      definitions: poller?.state,
      remoteFlags: isPaused ? 'unavailable' : 'available',
    }
  }

  flush(): Promise<DeliveryReport> {
    return this.#draining.flush()
  }

  shutdown(timeoutMs?: number): Promise<DeliveryReport> {
    return this.#draining.shutdown(timeoutMs)
  }

  /** Asked at each use: a subclass may answer from its own fields, which it does not have yet in our constructor. */
  #library(): Library {
    const name = () => this.getLibraryId()
    const version = () => this.getLibraryVersion()
    return {
      get id() {
        return name()
      },
      get version() {
        return version()
      },
    }
  }

  #addressIfAny(message: CaptureMessage | undefined): IncomingEvent | undefined {
    return message && this.#author.address(message)
  }
}
