import { cookiePlaceOf } from './cookies.ts'
import { areHeadersListed, headersGiven, withCookies, type WriteHeadArguments } from './node-head.ts'
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
 * the last chance for a cookie are all there, and gone afterwards.
 */
export function watchNodeResponse(response: NodeResponse, parts: ResponseWatchParts): ResponseWatch {
  let cookies: Map<string, string> | undefined
  let lastCalls: (() => void)[] | undefined
  let route: string | undefined
  let headersAt: number | undefined
  let contentType: string | undefined
  let contentDisposition: string | undefined
  let cacheControl: string | undefined

  const noteRoute = () => {
    route ??= parts.readRoute()
  }
  beforeHead(response, (args) => {
    for (const call of lastCalls ?? []) call()
    const given = headersGiven(args)
    const header = (name: string) => headerText(given.get(name) ?? response.getHeader(name))
    headersAt = parts.now()
    contentType = header('content-type')
    contentDisposition = header('content-disposition')
    cacheControl = header('cache-control')
    noteRoute()
    if (!cookies || isSharedResponse(cacheControl)) return args
    return addCookies(response, args, given.has('set-cookie'), [...cookies.values()])
  })

  return {
    beforeHeaders(callback) {
      lastCalls ??= []
      lastCalls.push(callback)
    },
    setCookie(line) {
      if (response.headersSent) return false
      cookies ??= new Map()
      cookies.set(cookiePlaceOf(line), line)
      return true
    },
    noteRoute,
    route() {
      try {
        return route ?? parts.readRoute()
      } catch {
        // Routers of other versions than we know: then the route is not known yet.
        return undefined
      }
    },
    facts: () => ({
      status: response.statusCode,
      route,
      contentType,
      contentDisposition,
      cacheControl,
      completed: response.writableFinished,
      headersAt,
    }),
  }
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
  inArguments: boolean,
  lines: readonly string[],
): WriteHeadArguments {
  const isAlone = response.getHeaderNames().length === 0
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
