import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { FakeRuntime } from '../fake-runtime.ts'

/**
 * What an adapter gives to the suite: how to make a client, and how to build a site with its framework. It adds nothing of
 * its own; what a visitor of the site notices is the framework's doing and the adapter's.
 */
export interface AdapterHarness<Client extends ConformanceClient = ConformanceClient> {
  /** Framework with its major version, for the names of tests. */
  readonly name: string
  /** What this framework keeps from adapters and handlers; the tests that need it are not made. @default nothing */
  readonly withholds?: readonly Withheld[]
  createClient(token: string, options: ConformanceClientOptions): Client
  /** Starts the site on a free port of 127.0.0.1. */
  start(description: SiteDescription<Client>): Promise<RunningSite>
}

/**
 * What not every framework lets be seen: Node's `request` and `response` in handlers, and the `outcome` of a request where its
 * page is counted, so that it is counted before it is handled, and handled in a second scope.
 */
export type Withheld = 'request' | 'response' | 'outcome'

/** A site that listens. */
export interface RunningSite {
  /** Node's own server below the framework. */
  readonly server: Server
  /** Closes the framework; connections that are still open are destroyed before. */
  close(): Promise<void>
}

/** A site to build: Hedgerow outermost, then authentication, a parser of JSON, the routes and the error page. */
export interface SiteDescription<Client extends ConformanceClient = ConformanceClient> extends SitePlan {
  /** Undefined: the same site without Hedgerow. */
  readonly client: Client | undefined
  readonly request: ConformanceRequestOptions
}

/** What a site is made of besides Hedgerow. */
export interface SitePlan {
  /** Sees each request behind Hedgerow, before its body is read. @default none */
  readonly authenticate?: ((request: IncomingMessage) => void) | undefined
  readonly routes: readonly SiteRoute[]
  /** @default the framework's own */
  readonly errorPage?: ((error: unknown, call: RouteCall) => Reply) | undefined
}

/** One route. Parameters are written `:name`. */
export interface SiteRoute {
  /** @default 'GET' */
  readonly method?: 'GET' | 'POST' | undefined
  /** Prefixes of the routers around it, outermost first. @default none */
  readonly mounts?: readonly string[] | undefined
  readonly path: string
  /** A flag that guards it with what the adapter has for that. */
  readonly flag?: string | undefined
  /** What it throws or rejects with is the framework's, as from any handler. */
  readonly handle: (call: RouteCall) => Reply | Promise<Reply>
}

/** One request in a handler or error page. */
export interface RouteCall {
  /** As the adapter's users find it; undefined without Hedgerow. */
  readonly scope: ConformanceScope | undefined
  readonly params: Readonly<Record<string, unknown>>
  /** What the framework's parser made of a body of JSON. */
  readonly body: unknown
  /** Node's own; any body that is not JSON is still in it. */
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** How a handler answers. */
export type Reply =
  | {
      /** @default 200 */
      readonly status?: number
      readonly headers?: Readonly<Record<string, string | readonly string[]>>
      /** Sent the framework's way: text as HTML unless a header says otherwise, a plain object as JSON. */
      readonly body?: string | Buffer | Readable | object
    }
  | { readonly redirect: string }
  /** The handler writes to Node's response itself. */
  | 'raw'

/** Options of the request layer, with a resolver that is given Node's request. */
export interface ConformanceRequestOptions {
  readonly resolve?: (request: IncomingMessage) => string | undefined
  readonly consent?: {
    readonly resolve?: (request: IncomingMessage) => boolean | Promise<boolean>
  }
  readonly flags?: { readonly preload?: 'never' }
  readonly pageviews?: { readonly api?: boolean }
}

/** The options of a client that the suite sets. */
export interface ConformanceClientOptions {
  readonly host: string
  readonly secretKey?: string
  readonly captureMode?: 'v0' | 'v1'
  readonly logLevel: 'debug'
  readonly runtime: FakeRuntime | Pick<FakeRuntime, 'log'>
  readonly maxBatchSize?: number
  readonly before_send?: () => never
  readonly onError?: () => never
}

/** What the suite needs of a client. */
export interface ConformanceClient {
  scope(): ConformanceScope | undefined
  capture(message: { event: string; properties?: Readonly<Record<string, unknown>> }): void
  flush(): Promise<unknown>
  stats(): { readonly refused: Readonly<Record<string, number>> }
  waitForLocalEvaluationReady(): Promise<unknown>
}

/** What the suite needs of a scope. */
export interface ConformanceScope {
  readonly distinctId: string
  readonly identitySource: string
  readonly consent: string
  readonly flags: {
    readonly state: string
    getFlag(key: string): unknown
    load(): Promise<unknown>
  }
  bootstrap(): { readonly distinctID?: string | undefined }
  capture(event: string, properties?: Readonly<Record<string, unknown>>): void
}
