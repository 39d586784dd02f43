import type { IngestProxy } from './ingest-proxy.ts'

/** The part of Node's `IncomingMessage` that a call is read from. */
export interface NodeIngestRequest extends AsyncIterable<Uint8Array> {
  readonly method?: string | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly httpVersionMajor?: number
  /** Whether something has read from the body already. */
  readonly readableDidRead: boolean
}

/** The part of Node's `ServerResponse` that an answer is written to. */
export interface NodeIngestResponse {
  readonly headersSent: boolean
  readonly destroyed: boolean
  writeHead(status: number, headers: Record<string, string>): unknown
  write(chunk: Uint8Array): boolean
  end(): unknown
  destroy(): unknown
  once(event: 'close' | 'drain', listener: () => void): unknown
  off(event: 'close' | 'drain', listener: () => void): unknown
}

/** What a framework knows better than the raw request. */
export interface NodeIngestFacts {
  /** Path and query without the mount prefix. */
  readonly target: string
  /** The visitor's address by the framework's trust setting. */
  readonly ip: string | undefined
}

/**
 * Answers a request of Node's `http` through the proxy, streaming both ways no faster than the slower side. Never rejects:
 * when it cannot go on, the connection ends.
 */
export async function answerThroughIngest(
  proxy: IngestProxy,
  request: NodeIngestRequest,
  response: NodeIngestResponse,
  facts: NodeIngestFacts,
): Promise<void> {
  const visitor = new AbortController()
  let isAnswered = false
  response.once('close', () => {
    if (!isAnswered) visitor.abort()
  })
  try {
    const answer = await proxy.forward({
      method: request.method ?? 'GET',
      ...facts,
      header: (name) => headerOf(request, name),
      body: bodyOf(request),
      signal: visitor.signal,
    })
    if (response.headersSent || response.destroyed) return await answer.body?.cancel()
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    if (answer.body) await pump(answer.body, response)
    isAnswered = true
    response.end()
  } catch {
    // Half an answer must not pass for a whole one.
    response.destroy()
  }
}

function headerOf({ headers }: NodeIngestRequest, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : value?.[0]
}

/** Reads from the request as it is asked to, and leaves it open: the answer to a body cut short still has to go out. */
function bodyOf(request: NodeIngestRequest): ReadableStream<Uint8Array> | 'consumed' | undefined {
  if (!hasBody(request)) return undefined
  if (request.readableDidRead) return 'consumed'
  let chunks: AsyncIterator<Uint8Array> | undefined
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        chunks ??= request[Symbol.asyncIterator]()
        const { done, value } = await chunks.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
    },
    { highWaterMark: 0 },
  )
}

/** HTTP/2 need not announce a body. */
function hasBody(request: NodeIngestRequest): boolean {
  const { method, httpVersionMajor = 1 } = request
  const length = headerOf(request, 'content-length')
  if (length !== undefined) return length !== '0'
  return headerOf(request, 'transfer-encoding') !== undefined || (httpVersionMajor >= 2 && method === 'POST')
}

async function pump(body: ReadableStream<Uint8Array>, response: NodeIngestResponse): Promise<void> {
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    if (response.destroyed) return reader.cancel()
    if (!response.write(value)) await drained(response)
  }
}

function drained(response: NodeIngestResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    const settle = () => {
      response.off('close', settle)
      response.off('drain', settle)
      resolve()
    }
    response.once('close', settle)
    response.once('drain', settle)
  })
}
