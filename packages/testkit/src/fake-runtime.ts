import { AsyncLocalStorage } from 'node:async_hooks'
import { createHmac } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { FakeClock } from './fake-clock.ts'
import { RealWork } from './real-work.ts'
import { seededRandom } from './seeded-random.ts'

const START = Date.UTC(2024, 5, 15, 12, 30, 45, 123)
const compress = promisify(gzip)

/** A `fetch` as the client under test calls it; the same shape as its own, which is not imported here. */
export type FakeFetch = (
  url: string,
  init: {
    readonly method: 'GET' | 'POST'
    readonly headers: Record<string, string>
    readonly body?: string | Uint8Array<ArrayBuffer>
    readonly signal: AbortSignal
  },
) => Promise<{
  readonly status: number
  json(): Promise<unknown>
  text(): Promise<string>
  readonly headers?: { get(name: string): string | null }
  readonly body?: unknown
}>

/** The part of `AsyncLocalStorage` that the client under test uses. */
export interface FakeStorage<T> {
  run<R>(value: T, callback: () => R): R
  getStore(): T | undefined
  enterWith?(value: T): void
}

/** What a test sets before the runtime starts; each replaces the default of the same name. */
export interface FakeRuntimeOverrides {
  /** Where the clock starts, in milliseconds since the Unix epoch. @default 2024-06-15T12:30:45.123Z */
  readonly now?: number
  /** Decides `random` and `randomBytes`. @default 1 */
  readonly seed?: number
  /** The environment, read at each call. @default {} */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Replaces the network. @default the global fetch, looked up at each call */
  readonly fetch?: FakeFetch
  readonly random?: () => number
  /** Files by path. @default none */
  readonly files?: Readonly<Record<string, string>>
  readonly gzip?: (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>
  /** For a platform without asynchronous context: `() => undefined`. */
  readonly createStorage?: <T>() => FakeStorage<T> | undefined
}

/** A runtime for the client under test, with the controls that a test needs; fits the client's `Runtime`. */
export interface FakeRuntime {
  now(): number
  setTimeout(callback: () => void, delayMs: number): number
  clearTimeout(handle: unknown): void
  /** Holds nothing: a test ends when it ends. */
  hold(): () => void
  random(): number
  randomBytes(length: number): Uint8Array
  readonly fetch: FakeFetch
  log(level: 'debug' | 'info' | 'warn' | 'error', line: string): void
  env(name: string): string | undefined
  gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>
  hmac(key: string, data: string): Uint8Array
  readFile(path: string, maxBytes: number): Promise<string | undefined>
  workingDirectory(): string | undefined
  createStorage<T>(): FakeStorage<T> | undefined

  /** What was logged so far, oldest first. */
  readonly lines: { level: 'debug' | 'info' | 'warn' | 'error'; line: string }[]
  /** How many timers are armed. */
  readonly timers: number
  /** Milliseconds until the next timer is due, undefined when none is armed. */
  readonly nextTimerDelayMs: number | undefined
  /**
   * Moves the clock on and fires the timers due until then, in order, letting promises, compression and
   * requests over the default `fetch` settle before each.
   */
  advance(ms: number): Promise<void>
  /** Lets pending promises, compression and requests over the default `fetch` settle; fires no timer. */
  settle(): Promise<void>
  /** Makes the wall clock jump, backwards too, as clock synchronisation does; no timer notices. */
  setNow(now: number): void
}

/**
 * A runtime in which time stands still until the test moves it and randomness repeats. A request that
 * hangs holds the clock up for a quarter of a real second, once.
 *
 * @example
 * const runtime = createFakeRuntime()
 * const client = new HedgerowClient('phc_test', { runtime })
 * await runtime.advance(10_000)
 */
export function createFakeRuntime(overrides: FakeRuntimeOverrides = {}): FakeRuntime {
  const work = new RealWork()
  const clock = new FakeClock(overrides.now ?? START, () => work.settle())
  const seed = overrides.seed ?? 1
  const nextByte = seededRandom(~seed) // a stream of its own: ids do not change when jitter is drawn
  const lines: FakeRuntime['lines'] = []

  return {
    now: () => clock.now,
    setTimeout: (callback, delayMs) => clock.arm(callback, delayMs),
    clearTimeout: (handle) => clock.disarm(handle),
    hold: () => () => undefined,
    random: overrides.random ?? seededRandom(seed),
    randomBytes: (length) => Uint8Array.from({ length }, () => Math.floor(nextByte() * 256)),
    fetch: overrides.fetch ?? ((url, init) => work.track(fetch(url, init))),
    log: (level, line) => void lines.push({ level, line }),
    env: (name) => overrides.env?.[name],
    gzip: (bytes) => work.track(overrides.gzip ? overrides.gzip(bytes) : compress(bytes)),
    hmac: (key, data) => new Uint8Array(createHmac('sha256', key).update(data).digest()),
    readFile: (path) => Promise.resolve(overrides.files?.[path]),
    workingDirectory: () => '/app',
    createStorage: overrides.createStorage ?? (<T>() => new AsyncLocalStorage<T>()),

    lines,
    get timers() {
      return clock.armed
    },
    get nextTimerDelayMs() {
      return clock.nextDelayMs
    },
    advance: (ms) => clock.advance(ms),
    settle: () => work.settle(),
    setNow: (now) => {
      clock.now = now
    },
  }
}
