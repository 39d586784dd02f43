import { cookiePlaceOf } from './cookies.ts'
import { areHeadersListed, headerGiven, withCookies, type WriteHeadArguments } from './node-head.ts'
import type { ResponseCookies, ResponseFacts } from './request-facts.ts'
import { isSharedResponse } from './shared-cache.ts'

/** The part of Node's `ServerResponse` that a watch uses. */
export interface NodeResponse {
  readonly headersSent: boolean
  readonly statusCode: number
  readonly writableFinished: boolean
  getHeader(name: string): number | string | string[] | undefined
  getHeaderNames(): string[]
  /** Not over HTTP/2, which knows lower case alone. */
  getRawHeaderNames?(): string[]
  setHeader(name: string, value: readonly string[]): unknown
  // `never` fits every overload of Node and of frameworks that add their own.
  writeHead(...args: never[]): unknown
}

/** What a watch is told about the framework. */
export interface ResponseWatchParts {
  now(): number
  /** The matched route template as the framework knows it at this moment. */
  readRoute(): string | undefined
  /** What the route itself says about being counted as a pageview. @default undefined */
  readonly pageview?: boolean | undefined
}

/** Observes one response. Nothing of the response changes but its `Set-Cookie`. */
export interface ResponseWatch extends ResponseCookies {
  /** Notes the route now, for those who know that it is about to be forgotten; the first note counts. */
  noteRoute(): void
  /** To be asked when the response has closed, or can no longer go on. */
  facts(): ResponseFacts
}

/**
 * Watches a Node response by wrapping its `writeHead`, which Node calls for implicit headers too: route, content type and
 * the last chance for a cookie are all there, and gone afterwards. That begins when somebody first wants to know.
 */
export function watchNodeResponse(response: NodeResponse, parts: ResponseWatchParts): ResponseWatch {
  return new NodeResponseWatch(response, parts)
}

class NodeResponseWatch implements ResponseWatch {
  readonly #response: NodeResponse
  readonly #parts: ResponseWatchParts
  #cookies: Map<string, string> | undefined
  #lastCalls: (() => void)[] | undefined
  #route: string | undefined
  #head: ResponseHead | undefined
  #isWatching = false

  constructor(response: NodeResponse, parts: ResponseWatchParts) {
    this.#response = response
    this.#parts = parts
    if (parts.pageview) this.watchHead()
  }

  watchHead(): void {
    if (this.#isWatching) return
    this.#isWatching = true
    beforeHead(this.#response, (args) => this.#beforeHead(args))
  }

  beforeHeaders(callback: () => void): void {
    this.watchHead()
    this.#lastCalls ??= []
    this.#lastCalls.push(callback)
  }

  setCookie(line: string): boolean {
    if (this.#response.headersSent) return false
    this.watchHead()
    this.#cookies ??= new Map()
    this.#cookies.set(cookiePlaceOf(line), line)
    return true
  }

  noteRoute(): void {
    this.#route ??= this.#parts.readRoute()
  }

  route(): string | undefined {
    try {
      return this.#route ?? this.#parts.readRoute()
    } catch {
      // Routers of other versions than we know: then the route is not known yet.
      return undefined
    }
  }

  facts(): ResponseFacts {
    const { statusCode, writableFinished, headersSent } = this.#response
    const head = this.#head
    // What takes time to find out is for those who have wanted to know, if only when the headers were gone already.
    const isLate = this.#isWatching && !head && headersSent
    return {
      status: statusCode,
      route: this.#isWatching ? this.route() : undefined,
      contentType: head?.contentType,
      contentDisposition: head?.contentDisposition,
      cacheControl: head?.cacheControl,
      completed: writableFinished,
      headersAt: isLate ? this.#parts.now() : head?.at,
      pageview: this.#parts.pageview,
    }
  }

  #beforeHead(args: WriteHeadArguments): WriteHeadArguments {
    for (const call of this.#lastCalls ?? []) call()
    const cacheControl = this.#header(args, 'cache-control')
    this.#head = {
      at: this.#parts.now(),
      contentType: this.#header(args, 'content-type'),
      contentDisposition: this.#header(args, 'content-disposition'),
      cacheControl,
    }
    this.noteRoute()
    if (!this.#cookies || isSharedResponse(cacheControl)) return args
    return addCookies(this.#response, args, [...this.#cookies.values()])
  }

  #header(args: WriteHeadArguments, name: string): string | undefined {
    return headerText(headerGiven(args, name) ?? this.#response.getHeader(name))
  }
}

/** What a response said of itself when its headers went out. */
interface ResponseHead extends Pick<ResponseFacts, 'contentType' | 'contentDisposition' | 'cacheControl'> {
  readonly at: number
}

/**
 * Calls `hook` before `writeHead`, again where Node refused the first one; whatever goes wrong in it, the response goes
 * out as it would have.
 */
function beforeHead(response: NodeResponse, hook: (args: WriteHeadArguments) => WriteHeadArguments): void {
  const { writeHead } = response
  // Named first: V8 puts a function that is written where it is assigned to a property among its old objects, and every
  // response that it refers to lives on until the next full garbage collection.
  const watched = function (this: unknown, ...args: never[]) {
    if (response.headersSent) return writeHead.apply(this, args)
    let changed: WriteHeadArguments = args
    try {
      changed = hook(args)
    } catch {
      // Observing must not be what breaks a response.
    }
    return writeHead.apply(this, changed as never[])
  }
  response.writeHead = watched
}

/** Headers in the arguments replace those set before, so cookies join whichever of the two is in force. */
function addCookies(
  response: NodeResponse,
  args: WriteHeadArguments,
  lines: readonly string[],
): WriteHeadArguments {
  const isAlone = response.getHeaderNames().length === 0
  const inArguments = headerGiven(args, 'set-cookie') !== undefined
  if (inArguments || (isAlone && areHeadersListed(args))) return withCookies(args, lines)
  const present = [response.getHeader('set-cookie') ?? []].flat().map(String)
  const name = response.getRawHeaderNames?.().find((name) => name.toLowerCase() === 'set-cookie')
  response.setHeader(name ?? 'Set-Cookie', [...present.filter((line) => !lines.includes(line)), ...lines])
  return args
}

function headerText(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
