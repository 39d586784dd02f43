import type { EventPipeline } from '../capture/event-pipeline.ts'
import type { LossReporter } from '../capture/loss-reporter.ts'
import type { ContextStorage } from '../context-storage.ts'
import { FlagReader } from '../flags/flag-reader.ts'
import type { Logger } from '../logger.ts'
import { createNotes } from '../object-notes.ts'
import type { ResolvedOptions } from '../options.ts'
import { FeatureNames } from '../request/feature-names.ts'
import { MemoryIdentityLinks } from '../request/memory-identity-links.ts'
import { OneTimeWarnings } from '../request/one-time-warnings.ts'
import { OpenScopes } from '../request/open-scopes.ts'
import type { ScopeClient } from '../request/ports.ts'
import { createRequestLayer, type RequestLayer } from '../request/request-layer.ts'
import {
  type RequestOptions,
  type ResolvedRequestOptions,
  resolveRequestOptions,
} from '../request/request-options.ts'
import type { RequestScope } from '../request/request-scope.ts'
import { browserCookieName } from '../request/browser-cookie.ts'
import { consentCookieName } from '../request/consent-cookie.ts'
import { CookieSigner } from '../request/signed-cookie.ts'
import { UrlScrubber } from '../request/url-scrubber.ts'
import { warnOfSecretRule } from '../request/url-warnings.ts'
import type { Runtime } from '../runtime.ts'
import type { UuidSource } from '../runtime/uuid.ts'
import type { ClientFlags } from './client-flags.ts'
import type { Draining } from './draining.ts'
import type { EventAuthor } from './event-author.ts'
import type { EventGate } from './event-gate.ts'
import type { ExceptionReporter } from './exception-reporter.ts'
import type { PendingWork } from './pending-work.ts'

/** What request layers take from their client. */
export interface RequestLayersParts {
  readonly options: ResolvedOptions
  readonly runtime: Runtime
  readonly uuids: UuidSource
  readonly logger: Logger
  readonly flags: ClientFlags
  readonly pipeline: Pick<EventPipeline, 'optedIn' | 'refuse'>
  readonly gate: EventGate
  readonly author: EventAuthor
  readonly contexts: ContextStorage<RequestScope>
  readonly preparations: PendingWork
  readonly exceptions: ExceptionReporter
  readonly reporter: LossReporter
  readonly draining: Draining
}

/** Makes the request layers of one client, which share scopes, warnings and login links. */
export class RequestLayers {
  readonly #parts: RequestLayersParts
  readonly #client: ScopeClient
  readonly #scopes = createNotes<RequestScope>()
  readonly #connections = createNotes<string>()
  readonly #warnings: OneTimeWarnings
  readonly #links = new MemoryIdentityLinks()

  constructor(parts: RequestLayersParts) {
    this.#parts = parts
    this.#client = scopeClient(parts)
    this.#warnings = new OneTimeWarnings(parts.logger)
  }

  /** @throws ConfigError for an option that cannot work. */
  create<Carrier>(options: RequestOptions<Carrier>): RequestLayer {
    const { flags } = this.#parts
    const lines: string[] = []
    const resolved = resolveRequestOptions(options, lines)
    for (const line of lines) this.#parts.logger.warn('options', line)
    const environment = {
      client: this.#client,
      flagReader: new FlagReader(flags.sourceFor(resolved), flags.overrides, resolved.flagDefaults),
      options: resolved,
      warnings: this.#warnings,
      links: this.#links,
      openScopes: new OpenScopes(this.#parts.runtime),
      connections: this.#connections,
      signer: signerFor(resolved, this.#client),
      featureNames: new FeatureNames(),
      browserCookie: browserCookieName(this.#client.token),
      consentCookie: resolved.consent.cookieName ?? consentCookieName(this.#client.token),
      scrubber: new UrlScrubber(resolved.urls, (problem) => warnOfSecretRule(this.#warnings, problem)),
    }
    return createRequestLayer(environment, this.#scopes)
  }
}

function signerFor(
  { secrets }: ResolvedRequestOptions,
  { token, runtime }: ScopeClient,
): CookieSigner | undefined {
  if (secrets.length === 0) return undefined
  return new CookieSigner({ token, secrets, hmac: (key, data) => runtime.hmac(key, data) })
}

function scopeClient({
  options,
  flags,
  pipeline,
  gate,
  author,
  contexts,
  preparations,
  exceptions,
  reporter,
  draining,
  ...parts
}: RequestLayersParts): ScopeClient {
  return {
    ...parts,
    token: options.token,
    get disabled() {
      return options.disabled || !pipeline.optedIn
    },
    geoipForcedOff: options.geoipForcedOff,
    ownBotTokens: options.ownBotTokens,
    push: (make, consent) =>
      gate.push(() => {
        const event = make()
        return event && author.withRegistered(event)
      }, consent),
    isExposed: (read) => flags.exposures.isReported(read),
    expose: (exposure, address, consent) =>
      flags.exposures.report(exposure, (properties) => author.withRegistered(address(properties)), consent),
    pushException: (exception) =>
      exceptions.push({ ...exception, event: () => author.withRegistered(exception.event()) }),
    report: (error) => reporter.misused(error),
    drain: (timeoutMs) => draining.drain(timeoutMs),
    refuseBot: () => pipeline.refuse('bot'),
    runOn: (ground, callback) => contexts.runOn(ground, callback),
    hold: (preparation) => preparations.add(preparation),
  }
}
