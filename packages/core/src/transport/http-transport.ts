import { isError } from '../is-error.ts'
import type { FetchInit, FetchResponse, Runtime } from '../runtime.ts'
import type { StopSignal } from './stop-signal.ts'
import { discardBody } from './unread-body.ts'

/** One HTTP exchange to make. */
export interface HttpRequest {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers: Record<string, string>
  readonly body?: string | Uint8Array<ArrayBuffer>
  /** For headers and body together. */
  readonly timeoutMs: number
  /** `status`: the answer counts as soon as its headers are in. `json`: a 2xx or 3xx needs its body too, except a 304, which has none. */
  readonly read: 'status' | 'json'
  /** Gives the exchange up: it ends as `aborted`. */
  readonly signal?: StopSignal
}

/** How an exchange ended. Without a `status` there was no usable answer; it never throws instead. */
export type HttpResult =
  /** `json` is undefined for a body that is no JSON. */
  | { readonly status: number; readonly json?: unknown; header(name: string): string | undefined }
  | {
      readonly status: undefined
      readonly failure: 'network' | 'timeout' | 'aborted'
      readonly cause: unknown
    }

/**
 * Makes one exchange, without retries. Resolves in every case: a `fetch` that throws, returns nothing, ignores its
 * signal or never ends a body is a failure value, and the timeout holds all the same.
 */
export function exchange(runtime: Runtime, request: HttpRequest): Promise<HttpResult> {
  return new Promise((resolve) => {
    const controller = new AbortController()
    const finish = (result: HttpResult) => {
      runtime.clearTimeout(timer)
      forget?.()
      resolve(result)
    }
    const fail = (failure: 'timeout' | 'aborted', message: string) => {
      finish({ status: undefined, failure, cause: new Error(message) })
      controller.abort()
    }
    const onStop = () => fail('aborted', 'the request was given up')
    const forget = request.signal?.onStop(onStop)
    const timer = runtime.setTimeout(
      () => fail('timeout', `no answer within ${request.timeoutMs} ms`),
      request.timeoutMs,
    )
    if (request.signal?.stopped) return onStop()
    converse(runtime, request, controller.signal).then(finish, (cause: unknown) =>
      finish({ status: undefined, failure: 'network', cause }),
    )
  })
}

async function converse(runtime: Runtime, request: HttpRequest, signal: AbortSignal): Promise<HttpResult> {
  const init: FetchInit = {
    method: request.method,
    headers: request.headers,
    ...(request.body !== undefined && { body: request.body }),
    signal,
  }
  // Called unbound: a `fetch` taken from an object must not find the runtime as its `this`.
  const { fetch } = runtime
  const response: FetchResponse | undefined = await fetch(request.url, init)
  if (typeof response?.status !== 'number') throw new TypeError('fetch gave no response with a status')
  const header = (name: string) => headerOf(response, name)
  const { status } = response
  if (request.read === 'json' && status >= 200 && status < 400 && status !== 304) {
    return { status, json: await response.json().catch(undefinedIfMalformed), header }
  }
  discardBody(runtime, response, request.signal)
  return { status, header }
}

/** Headers of a mock may be anything; one that cannot be read is one that is not there. */
function headerOf(response: FetchResponse, name: string): string | undefined {
  try {
    const value: unknown = response.headers?.get?.(name)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

/** A body that ended and is no JSON is an answer; one that did not end is none. */
function undefinedIfMalformed(cause: unknown): undefined {
  if (isError(cause) && cause.name === 'SyntaxError') return undefined
  throw cause
}
