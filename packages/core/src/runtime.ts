/** Severity of a log line, lowest first. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** What `setTimeout` returned; only ever handed back to `clearTimeout`. */
export type TimerHandle = unknown

/** The part of a `Response` that the client reads. Mocks may leave out `headers` and `body`. */
export interface FetchResponse {
  readonly status: number
  json(): Promise<unknown>
  text(): Promise<string>
  readonly headers?: { get(name: string): string | null }
  readonly body?: unknown
}

/** What the client passes as the second argument of `fetch`. */
export interface FetchInit {
  readonly method: 'GET' | 'POST'
  /** Plain object, spelled `Content-Type`, `User-Agent`, `Content-Encoding`, … */
  readonly headers: Record<string, string>
  /** A string when uncompressed, bytes when gzipped. */
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly signal: AbortSignal
}

/** A `fetch` as the client calls it: unbound, with a string URL. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>

/** A value that follows asynchronous work; the part of `AsyncLocalStorage` that the client uses. */
export interface AsyncStorage<T> {
  run<R>(value: T, callback: () => R): R
  getStore(): T | undefined
  /** Sets the value for the rest of the current asynchronous execution. */
  enterWith?(value: T): void
}

/**
 * The only door to the outside. Everything ambient (clock, timers, randomness, network, log,
 * environment) goes through it, so a test or an unusual platform replaces just what it needs.
 */
export interface Runtime {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** One-shot timer that does not keep the process alive. */
  setTimeout(callback: () => void, delayMs: number): TimerHandle
  clearTimeout(handle: TimerHandle): void
  /** Keeps the process from ending by itself until what it returns is called; does nothing where that is not possible. */
  hold(): () => void
  /** Uniform in [0, 1); for jitter only. */
  random(): number
  /** `length` cryptographically strong bytes; for ids. */
  randomBytes(length: number): Uint8Array
  readonly fetch: Fetch
  log(level: LogLevel, line: string): void
  /** The environment variable of that name, undefined where there is no environment. */
  env(name: string): string | undefined
  /** Gzip off the event loop; rejects where the platform cannot compress. */
  gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>
  /** HMAC-SHA-256, 32 bytes, synchronously. */
  hmac(key: string, data: string): Uint8Array
  /** Text of a regular file; undefined for one that is missing, unreadable or larger than `maxBytes`, and where there are no files. */
  readFile(path: string, maxBytes: number): Promise<string | undefined>
  /** Where file names in stack traces are shown relative to; undefined where there are no files. */
  workingDirectory(): string | undefined
  /** Undefined where the platform has no asynchronous context. */
  createStorage<T>(): AsyncStorage<T> | undefined
}
