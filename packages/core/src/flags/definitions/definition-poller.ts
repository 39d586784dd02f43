import type { Emitter } from '../../emitter.ts'
import type { Logger } from '../../logger.ts'
import type { ResolvedOptions } from '../../options.ts'
import type { Runtime, TimerHandle } from '../../runtime.ts'
import type { Library } from '../../transport/endpoints.ts'
import { StopSignal } from '../../transport/stop-signal.ts'
import { DefinitionCache } from './definition-cache.ts'
import { DefinitionLoader, type LoadOutcome } from './definition-loader.ts'
import { DefinitionReporter } from './definition-reporter.ts'
import { DefinitionRequest } from './definition-request.ts'
import { DefinitionReview } from './definition-review.ts'
import { DefinitionsInForce } from './definitions-in-force.ts'
import { LoadUnderWay } from './load-under-way.ts'
import type { LoadedDefinitions } from './loaded-definitions.ts'
import { PollBackoff } from './poll-backoff.ts'
import { Readiness } from './readiness.ts'

export type { LoadedDefinitions } from './loaded-definitions.ts'

/**
 * Whether definitions can be relied on. `loading`: the first load has not ended; `ready`: some are in force, and the last
 * load went well; `stale`: some are in force, and it did not; `failed`: none are in force. "Not loaded" is never "off".
 */
export type DefinitionState = 'loading' | 'ready' | 'stale' | 'failed'

/** Keeps flag definitions loaded: at the start, then at intervals, or in a serverless process whenever it is used. */
export class DefinitionPoller {
  readonly #options: ResolvedOptions
  readonly #runtime: Runtime
  readonly #stop = new StopSignal()
  readonly #cache: DefinitionCache | undefined
  readonly #inForce: DefinitionsInForce
  readonly #loader: DefinitionLoader
  readonly #backoff: PollBackoff
  readonly #readiness: Readiness
  #load: LoadUnderWay | undefined
  #timer: TimerHandle
  /** When the last load ended. */
  #endedAt: number | undefined
  /** A load has succeeded at some time. */
  #wasLoaded = false
  #hasFailed = false
  #shutdown: Promise<void> | undefined

  /**
   * @param parts.onCall is told of each request before it is made; PostHog bills them.
   * @param parts.onMinimal hears after each load whether `$feature_flag_called` events are to go without their bulkier
   * properties.
   * @throws ConfigError for bundled definitions that cannot be used.
   */
  constructor(parts: {
    options: ResolvedOptions
    runtime: Runtime
    library: Library
    logger: Logger
    emitter: Emitter
    onCall: () => void
    onMinimal: (minimal: boolean) => void
  }) {
    const { options, runtime } = parts
    const { secretKey, flagDefinitionCacheProvider: provider, requestTimeout: timeoutMs } = options
    const common = { ...parts, stop: this.#stop, reporter: new DefinitionReporter(parts) }
    const review = new DefinitionReview(common)
    const onReplaced = () => this.#replaced()
    this.#options = options
    this.#runtime = runtime
    this.#cache = provider && new DefinitionCache({ ...common, provider, timeoutMs })
    this.#inForce = new DefinitionsInForce({ ...common, review, onReplaced })
    this.#loader = new DefinitionLoader({
      ...common,
      request: secretKey === undefined ? undefined : new DefinitionRequest({ ...common, secretKey }),
      cache: this.#cache,
      inForce: this.#inForce,
    })
    this.#readiness = new Readiness(runtime)
    this.#backoff = new PollBackoff(options.featureFlagsPollingInterval, () => runtime.now())
  }

  get state(): DefinitionState {
    if (this.current) return this.#hasFailed ? 'stale' : 'ready'
    return this.#canLoad && this.#endedAt === undefined ? 'loading' : 'failed'
  }

  get current(): LoadedDefinitions | undefined {
    return this.#inForce.current
  }

  /**
   * Begins the first load: the request goes out before it returns, unless a cache is asked first. A serverless process
   * waits for the first use instead.
   */
  start(): void {
    if (!this.#isServerless && this.#canLoad && !this.#load) this.#begin()
  }

  /**
   * To be called before flags are read. Joins the first load, or tries again after a failed one unless PostHog asked to
   * be left alone; in a serverless process it also renews what is older than the interval, in the background.
   *
   * @returns undefined when there is nothing to wait for. Never rejects.
   */
  ensureLoaded(): Promise<void> | undefined {
    if (!this.#canLoad) return undefined
    const isFirst = !this.current && !this.#wasLoaded
    if (!this.#load && !this.#backoff.holds && (isFirst || this.#isDue)) this.#begin()
    return isFirst ? this.#load?.arrived : undefined
  }

  /** Makes one attempt to load, or joins one under way; PostHog's wish to be left alone does not hold it. Never rejects. */
  async reload(): Promise<void> {
    // Who has read flags of the definitions that a load has brought, wants newer ones.
    if (this.#load?.hasArrived) await this.#load.ended
    if (this.#canLoad) await (this.#load ?? this.#begin()).ended
  }

  /** Waits for at least one definition, and loads if that has not succeeded yet; false after the time. */
  async ready(timeoutMs: number): Promise<boolean> {
    if (this.#hasAny) return true
    if (!this.#canLoad) return false
    this.ensureLoaded()?.then(ignore, ignore)
    return this.#readiness.wait(timeoutMs)
  }

  /** Ends all loading and waiting; definitions in force stay. The cache provider gets `timeoutMs`. Never rejects. */
  shutdown(timeoutMs: number): Promise<void> {
    this.#shutdown ??= this.#end(timeoutMs)
    return this.#shutdown
  }

  get #isServerless(): boolean {
    return this.#options.lifetime === 'serverless'
  }

  get #canLoad(): boolean {
    const hasSource = this.#options.secretKey !== undefined || this.#cache !== undefined
    return hasSource && !this.#stop.stopped
  }

  get #hasAny(): boolean {
    return (this.current?.set.size ?? 0) > 0
  }

  /** A process without polls has to renew what it has: never looked at, or longer ago than the interval. */
  get #isDue(): boolean {
    if (!this.#isServerless) return false
    if (this.#endedAt === undefined) return true
    const intervalMs = this.#options.featureFlagsPollingInterval
    if (intervalMs === null) return false
    const elapsed = this.#runtime.now() - this.#endedAt
    // A clock that was set back must not put it off.
    return elapsed < 0 || elapsed >= intervalMs
  }

  #begin(): LoadUnderWay {
    this.#runtime.clearTimeout(this.#timer)
    const load = new LoadUnderWay()
    this.#load = load
    const settle = (outcome: LoadOutcome) => this.#settle(load, outcome)
    this.#loader.load().then(settle, () => settle('failed'))
    if (this.#isServerless) this.#keepAlive(load.ended)
    return load
  }

  #replaced(): void {
    this.#wasLoaded = true
    this.#hasFailed = false
    this.#load?.arrive()
    if (this.#hasAny) this.#readiness.settle(true)
  }

  #settle(load: LoadUnderWay, outcome: LoadOutcome): void {
    this.#load = undefined
    if (!this.#stop.stopped) {
      this.#endedAt = this.#runtime.now()
      this.#hasFailed = outcome !== 'loaded' && outcome !== 'unchanged'
      if (!this.#hasFailed) this.#wasLoaded = true
      if (outcome === 'refused') this.#backoff.refused()
      else if (outcome !== 'failed') this.#backoff.clear()
      this.#arm()
    }
    load.end()
  }

  #arm(): void {
    const intervalMs = this.#options.featureFlagsPollingInterval
    if (this.#isServerless || intervalMs === null) return
    this.#timer = this.#runtime.setTimeout(() => this.#begin(), this.#backoff.pauseMs ?? intervalMs)
  }

  #keepAlive(work: Promise<void>): void {
    try {
      this.#options.waitUntil?.(work)
    } catch {
      // Platforms throw outside of a request; the load goes on as long as the process does.
    }
  }

  async #end(timeoutMs: number): Promise<void> {
    this.#runtime.clearTimeout(this.#timer)
    this.#stop.stop()
    this.#readiness.settle(false)
    await this.#cache?.shutdown(timeoutMs)
  }
}

/** For promises that never reject, which the compiler cannot know. */
function ignore(): void {}
