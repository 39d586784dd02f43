import { type ClientOptions, type Hedgerow, HedgerowClient, type RequestScope } from '@hedgerow/core'
import {
  createNotes,
  type RequestFacts,
  type RequestLayer,
  type ResponseCookies,
  splitOptions,
} from '@hedgerow/core/adapter'
import { currentClient, registeredClient } from './client-registry.ts'
import { keepAlive } from './keep-alive.ts'
import {
  type HedgerowNextOptions,
  hostFrom,
  type NextVisit,
  tokenFrom,
  type WithToken,
} from './next-options.ts'
import { fetchAtOnce } from './fetch-at-once.ts'
import { Resolver } from './resolver.ts'

/** A client and the layer that opens scopes for it. */
export interface Mounted {
  readonly client: Hedgerow
  readonly layer: RequestLayer
}

/** The client behind one `createHedgerow`, as it is at this moment: a reload may have replaced it. */
export class MountedClient {
  readonly #resolver: Resolver
  readonly #visits = createNotes<NextVisit>()
  readonly #find: () => Hedgerow
  readonly #ofRequests: object
  readonly #clientIp: HedgerowNextOptions['clientIp']
  #mounted: Mounted

  /** @throws ConfigError for an option that cannot work. */
  constructor({ clientIp, ...given }: HedgerowNextOptions) {
    this.#resolver = new Resolver(given.identity?.resolve)
    this.#clientIp = clientIp
    const identity = { ...given.identity, resolve: this.#resolver.answer }
    const { client, ...others } = { ...given, identity: given.identity ? identity : undefined }
    this.#ofRequests = splitOptions(others).ofRequests
    this.#find = client ? () => client : clientFinder(others)
    this.#mounted = this.#mount(this.#find())
  }

  get current(): Mounted {
    const client = this.#find()
    if (client !== this.#mounted.client) this.#mounted = this.#mount(client)
    return this.#mounted
  }

  /** Loads the definitions of flags, if the client evaluates them and has none yet. */
  loadDefinitions(): void {
    const { client } = this.current
    if ('waitForLocalEvaluationReady' in client) {
      // Whoever needs a flag before they are here waits within a deadline.
      void (client as HedgerowClient).waitForLocalEvaluationReady(1)
    }
  }

  /** Opens the scope of a visit, or finds the one that it has. @param factsFor makes facts with the visitor's address. */
  open(
    visit: NextVisit,
    factsFor: (ip: string | undefined) => RequestFacts,
    cookies: ResponseCookies,
  ): RequestScope {
    const scope = this.current.layer.open(visit, factsFor(this.ipOf(visit)), cookies)
    this.#visits.set(scope, visit)
    return scope
  }

  /** Waits for the resolver, then for the flags that are loaded ahead. @throws what Next.js means by an error of the resolver. */
  async ready(scope: RequestScope): Promise<RequestScope> {
    const visit = this.#visits.get(scope)
    if (visit) await this.#resolver.settled(visit)
    await scope.ready
    return scope
  }

  /** The address of a visitor, as the platform vouches for it. */
  ipOf({ headers }: NextVisit): string | undefined {
    try {
      return this.#clientIp?.(headers) ?? undefined
    } catch {
      // No page fails because its visitor has no address.
      return undefined
    }
  }

  #mount(client: Hedgerow): Mounted {
    return { client, layer: client.requestLayer<NextVisit>(this.#ofRequests) }
  }
}

function clientFinder({ token: givenToken, host: givenHost, ...others }: WithToken): () => Hedgerow {
  const token = tokenFrom(givenToken)
  const host = hostFrom(givenHost)
  const options = optionsOfClient(splitOptions(others).ofClient, host)
  if (process.env.NEXT_PHASE === 'phase-production-build') {
    // A build renders pages that nobody visits: nothing is captured, and nothing is asked.
    const client = new HedgerowClient(token, { ...options, disabled: true })
    return () => client
  }
  const project = `${token ?? ''} ${host ?? ''}`
  const create = () => new HedgerowClient(token, options)
  registeredClient(project, options, create)
  return () => currentClient(project) ?? registeredClient(project, options, create)
}

/** Events leave under the request that captured them, which both servers and platforms wait for before they stop. */
function optionsOfClient(
  given: ClientOptions,
  host: string | undefined,
): ClientOptions & Record<string, unknown> {
  return {
    waitUntil: keepAlive,
    ...(given.runtime?.fetch === undefined && { fetch: fetchAtOnce }),
    ...given,
    host,
  }
}
