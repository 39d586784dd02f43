import type { FetchInit, FetchResponse, Runtime } from '../runtime.ts'

/** One HTTP exchange to make. */
export interface HttpRequest {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers: Record<string, string>
  readonly body?: string | Uint8Array<ArrayBuffer>
  /** For headers and body together. */
  readonly timeoutMs: number
  /** `status`: the answer counts as soon as its headers are in. `json`: a 2xx or 3xx needs its body too. */
  readonly read: 'status' | 'json'
  readonly signal?: AbortSignal
}

/** How an exchange ended. Without a `status` there was no usable answer; it never throws instead. */
export type HttpResult =
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
      request.signal?.removeEventListener('abort', onAbort)
      resolve(result)
    }
    const fail = (failure: 'timeout' | 'aborted', message: string) => {
      finish({ status: undefined, failure, cause: new Error(message) })
      controller.abort()
    }
    const onAbort = () => fail('aborted', 'the request was given up')
    const timer = runtime.setTimeout(
      () => fail('timeout', `no answer within ${request.timeoutMs} ms`),
      request.timeoutMs,
    )
    if (request.signal?.aborted) return onAbort()
    request.signal?.addEventListener('abort', onAbort)
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
  const header = (name: string) => response.headers?.get?.(name) ?? undefined
  const { status } = response
  if (request.read === 'json' && status >= 200 && status < 400) {
    return { status, json: await response.json(), header }
  }
  discardBody(runtime, response, request.timeoutMs)
  return { status, header }
}

/** Longest time spent on reading an unwanted body so that its connection can be used again. */
const drainMs = 1000

/**
 * A short unread body is read to its end, which gives the connection back to the pool; one that stalls is cancelled.
 * Nothing waits for it.
 */
function discardBody(runtime: Runtime, response: FetchResponse, timeoutMs: number): void {
  const { body } = response
  if (!isReadable(body)) return
  const reader = body.getReader()
  const timer = runtime.setTimeout(() => void reader.cancel().catch(ignore), Math.min(drainMs, timeoutMs))
  const drain = async () => {
    while (!(await reader.read()).done);
  }
  drain()
    .catch(ignore)
    .finally(() => runtime.clearTimeout(timer))
}

function isReadable(body: unknown): body is ReadableStream<Uint8Array> {
  return (
    typeof body === 'object' && body !== null && 'getReader' in body && typeof body.getReader === 'function'
  )
}

function ignore(): void {}
