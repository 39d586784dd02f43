import { DefinitionsError, HedgerowError } from '../../errors.ts'
import type { Logger } from '../../logger.ts'
import type { StopSignal } from '../../transport/stop-signal.ts'
import type { DefinitionCache } from './definition-cache.ts'
import type { DefinitionReporter } from './definition-reporter.ts'
import type { DefinitionRequest } from './definition-request.ts'
import type { DefinitionsInForce } from './definitions-in-force.ts'

/**
 * How an attempt ended. `loaded`: definitions arrived; `unchanged`: those in force are the latest; `cleared`: PostHog
 * takes them back; `refused`: it should be left alone for a while; `failed`: there was no usable answer.
 */
export type LoadOutcome = 'loaded' | 'unchanged' | 'cleared' | 'refused' | 'failed'

const refusals: Record<401 | 403 | 429, string> = {
  401: 'PostHog does not know the secretKey (status 401), so flag definitions cannot be loaded; check it and the host',
  403: 'the secretKey may not read the flag definitions of this project (status 403); use one that may',
  429: 'PostHog limits requests for flag definitions (status 429); use a longer featureFlagsPollingInterval, or share them with flagDefinitionCacheProvider',
}

/** Makes one attempt to load definitions, from PostHog or from what processes share. */
export class DefinitionLoader {
  readonly #request: DefinitionRequest | undefined
  readonly #cache: DefinitionCache | undefined
  readonly #inForce: DefinitionsInForce
  readonly #reporter: DefinitionReporter
  readonly #logger: Logger
  readonly #stop: StopSignal
  readonly #onCall: () => void

  /** @param parts.request undefined without a secret key: the cache is all there is. */
  constructor(parts: {
    request: DefinitionRequest | undefined
    cache: DefinitionCache | undefined
    inForce: DefinitionsInForce
    reporter: DefinitionReporter
    logger: Logger
    stop: StopSignal
    onCall: () => void
  }) {
    this.#request = parts.request
    this.#cache = parts.cache
    this.#inForce = parts.inForce
    this.#reporter = parts.reporter
    this.#logger = parts.logger
    this.#stop = parts.stop
    this.#onCall = parts.onCall
  }

  /** Without a cache the request is made before it returns. Never rejects. */
  async load(): Promise<LoadOutcome> {
    const request = this.#request
    const cache = this.#cache
    if (!cache) return request ? this.#fetch(request, undefined) : 'failed'
    if (request && (await cache.mayFetch())) return this.#fetch(request, cache)
    if (await this.#read(cache)) return 'loaded'
    if (!request || this.#inForce.current) return 'failed'
    // Whoever fetches for all has not done so yet, and it alone publishes.
    return this.#fetch(request, undefined)
  }

  async #read(cache: DefinitionCache): Promise<boolean> {
    const json = await cache.read()
    if (json === undefined) return false
    const problem = await this.#inForce.replace(json)
    if (this.#stop.stopped) return false
    if (problem !== undefined) {
      const message = `getFlagDefinitions of flagDefinitionCacheProvider gave what cannot be used: ${problem}`
      this.#reporter.failed('cached definitions', new HedgerowError('definition-cache', message), -1)
      return false
    }
    this.#reporter.succeeded('cached definitions')
    // PostHog's "unchanged" would be about other definitions than these.
    if (this.#request) this.#request.etag = undefined
    return true
  }

  async #fetch(request: DefinitionRequest, cache: DefinitionCache | undefined): Promise<LoadOutcome> {
    if (this.#stop.stopped) return 'failed'
    this.#onCall()
    const answer = await request.send()
    if (answer.kind === 'body') return this.#replace(answer, request, cache)
    if (answer.kind === 'unchanged') {
      this.#works()
      return 'unchanged'
    }
    if (answer.kind === 'refused') {
      this.#failed(refusals[answer.status], answer.status)
      return 'refused'
    }
    if (answer.kind === 'over-quota') return this.#clear(request)
    this.#logger.debug('definitions-unavailable', `no answer with flag definitions: ${answer.symptom}`)
    return 'failed'
  }

  async #replace(
    { json, etag }: { readonly json: unknown; readonly etag: string | undefined },
    request: DefinitionRequest,
    cache: DefinitionCache | undefined,
  ): Promise<LoadOutcome> {
    const problem = await this.#inForce.replace(json)
    if (this.#stop.stopped) return 'failed'
    if (problem !== undefined) {
      this.#failed(`PostHog's answer with flag definitions cannot be used: ${problem}`, 200)
      return 'failed'
    }
    request.etag = etag
    this.#works()
    await cache?.publish(json)
    return 'loaded'
  }

  #clear(request: DefinitionRequest): LoadOutcome {
    this.#inForce.clear()
    request.etag = undefined
    this.#reporter.warned(
      'definitions',
      'definitions-quota',
      'PostHog gives no flag definitions (status 402), because the quota of this project is used up; flags are not evaluated locally until it does',
    )
    return 'cleared'
  }

  #failed(message: string, status: number): void {
    this.#reporter.failed('definitions', new DefinitionsError(message, status), status)
  }

  #works(): void {
    if (this.#reporter.succeeded('definitions')) {
      this.#logger.warn('definitions-loaded', 'flag definitions are loaded again')
    }
  }
}
