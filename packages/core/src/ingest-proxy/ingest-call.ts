/** A call of a browser SDK, as a server received it. An adapter makes one from its framework's request. */
export interface IngestCall {
  readonly method: string
  /** Path and query as they were received, without the prefix that the proxy is mounted at. */
  readonly target: string
  /** A request header by its lower-case name. */
  header(name: string): string | undefined
  /** `'consumed'` when something above has read it already. */
  readonly body: ReadableStream<Uint8Array> | 'consumed' | undefined
  /** The visitor's address as the framework's trust setting reports it; undefined when unknown. */
  readonly ip: string | undefined
  /** Aborts when the visitor leaves. */
  readonly signal: AbortSignal
}
