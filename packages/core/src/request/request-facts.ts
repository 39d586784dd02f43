/** What a request came by: an HTTP request, a message on a WebSocket, or one between services. */
export type Transport = 'http' | 'websocket' | 'rpc'

/**
 * A request, as much of it as the request layer looks at. An adapter makes one from its framework's request. Of a message
 * that is no HTTP request method and path are empty, and its headers are those of the connection that it came by.
 */
export interface RequestFacts {
  /** @default 'http' */
  readonly transport?: Transport | undefined
  /** What a message came by, where that has but one visitor: one without any other id has the same in all its messages. */
  readonly connection?: object | undefined
  readonly method: string
  /** As the visitor saw it, according to the framework's own trust setting. */
  readonly protocol: 'http' | 'https'
  /** Host with port as the visitor saw it; undefined when missing. Not yet checked to be a host. */
  readonly host: string | undefined
  /** Original path with its query, before any router took a prefix off; empty where the framework does not tell. */
  readonly path: string
  /** Client address as the framework's trust setting reports it; undefined when unknown. */
  readonly ip: string | undefined
  /** A request header by its lower-case name. */
  header(name: string): string | undefined
}

/** How the response went. An adapter makes one when the response has ended, for whatever reason. */
export interface ResponseFacts {
  /** Undefined where the adapter stands before the response and never sees it: the request alone is judged then. */
  readonly status: number | undefined
  /** Mounted route template in the framework's own syntax; undefined when no route matched. */
  readonly route: string | undefined
  readonly contentType: string | undefined
  readonly contentDisposition: string | undefined
  readonly cacheControl?: string | undefined
  /** False when the visitor left before the end. */
  readonly completed: boolean
  /**
   * When the headers went out, in milliseconds since the epoch; undefined when they never did, and where nobody has wanted
   * to know.
   */
  readonly headersAt: number | undefined
  /** What the route itself says about being counted as a pageview: true or false, over every rule of requests and responses. */
  readonly pageview?: boolean | undefined
}

/** What the request layer may do to a response: ask for a cookie, in time. */
export interface ResponseCookies {
  /**
   * Begins to take note of the headers, for those who want to know when they went out and what they said; to be called
   * before they do. Left out by adapters that always know.
   */
  watchHead?(): void
  /** Calls back each time that headers are about to go out, the last moment for a cookie. */
  beforeHeaders(callback: () => void): void
  /**
   * Keeps a `Set-Cookie` line until the headers go out; a line for the same cookie and domain replaces an earlier one.
   * It is left out of responses that shared caches may store.
   *
   * @returns false when the headers are gone already.
   */
  setCookie(line: string): boolean
  /**
   * Keeps a cookie for whoever answers the request that goes on, and not for the browser. Only adapters that stand before
   * that have it.
   */
  forwardCookie?(line: string): void
  /** How the response stands by now, where the adapter can say so: its scope can then be ended when the application closes. */
  facts?(): ResponseFacts
  /** Mounted route template as the framework knows it at this moment, undefined while it has matched none. Never throws. */
  route?(): string | undefined
}
