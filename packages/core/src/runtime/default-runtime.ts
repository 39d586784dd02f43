import type { AsyncStorage, Fetch, Runtime } from '../runtime.ts'
import { hmacSha256 } from './hmac-sha256.ts'

/** What core asks of Node; structural, so that core needs neither `node:` imports nor their types at run time. */
interface NodeBuiltins {
  zlib: {
    gzip(
      bytes: Uint8Array,
      options: { readonly level: number },
      done: (error: Error | null, result: Uint8Array<ArrayBuffer>) => void,
    ): void
  }
  crypto: {
    createHmac(
      algorithm: 'sha256',
      key: string,
    ): { update(data: string, encoding: 'utf8'): { digest(): Uint8Array } }
  }
  fs: {
    promises: {
      stat(path: string): Promise<{ isFile(): boolean; readonly size: number }>
      readFile(path: string, encoding: 'utf8'): Promise<string>
    }
  }
  async_hooks: { AsyncLocalStorage: new <T>() => AsyncStorage<T> }
}

interface Ambient {
  process?: {
    env?: Record<string, string | undefined>
    cwd?(): string
    getBuiltinModule?<K extends keyof NodeBuiltins>(name: K): NodeBuiltins[K] | undefined
  }
  AsyncLocalStorage?: new <T>() => AsyncStorage<T>
  CompressionStream?: typeof CompressionStream
  MessageChannel?: new () => { readonly port1: { onmessage?: () => void; close(): void } }
}

/** Whatever a platform may lack is looked up here: for its bare name the build of a Next.js application for the edge fails. */
const ambient = globalThis as Ambient

function builtin<K extends keyof NodeBuiltins>(name: K): NodeBuiltins[K] | undefined {
  return unlessRefused(() => ambient.process?.getBuiltinModule?.(name))
}

/**
 * Undefined too where the platform has the name and throws when it is used: Next.js has stubs for most of Node in its edge
 * runtime, Deno refuses the environment without permission, Node a working directory that was removed.
 */
function unlessRefused<T>(ask: () => T): T | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
}

const callGlobalFetch: Fetch = (url, init) => globalThis.fetch(url, init)

/** The platform's clock, timers and network, each looked up on `globalThis` at every call, so that fake timers work whenever they are installed. */
export const defaultRuntime: Runtime = {
  now: () => Date.now(),
  setTimeout(callback, delayMs) {
    const handle: unknown = globalThis.setTimeout(callback, delayMs)
    if (isUnrefable(handle)) handle.unref()
    return handle
  },
  clearTimeout(handle) {
    globalThis.clearTimeout(handle as ReturnType<typeof globalThis.setTimeout>)
  },
  hold() {
    // A port that listens, since tests with fake timers would count and run a timer.
    const port = unlessRefused(() => ambient.MessageChannel && new ambient.MessageChannel().port1)
    if (!port) return ignore
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- only this makes a port count as work
    port.onmessage = ignore
    return () => port.close()
  },
  random: () => Math.random(),
  randomBytes: (length) => globalThis.crypto.getRandomValues(new Uint8Array(length)),
  fetch: callGlobalFetch,
  log: (level, line) => console[level](line),
  env: (name) => unlessRefused(() => ambient.process?.env?.[name]),
  gzip: compress,
  hmac(key, data) {
    const crypto = builtin('crypto')
    if (crypto) return crypto.createHmac('sha256', key).update(data, 'utf8').digest()
    return hmacSha256(key, data)
  },
  readFile: readTextFile,
  workingDirectory: () => unlessRefused(() => ambient.process?.cwd?.()),
  createStorage<T>() {
    const Storage = builtin('async_hooks')?.AsyncLocalStorage ?? ambient.AsyncLocalStorage
    return Storage && new Storage<T>()
  },
}

function ignore(): void {}

function isUnrefable(handle: unknown): handle is { unref(): void } {
  return typeof handle === 'object' && handle !== null && 'unref' in handle
}

async function readTextFile(path: string, maxBytes: number): Promise<string | undefined> {
  const files = builtin('fs')?.promises
  try {
    const stat = await files?.stat(path)
    return stat?.isFile() && stat.size <= maxBytes ? await files?.readFile(path, 'utf8') : undefined
  } catch {
    return undefined
  }
}

/** Node compresses in its thread pool; elsewhere the web stream does it, also off the event loop. */
function compress(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const zlib = builtin('zlib')
  if (!zlib) return compressWithStream(bytes)
  return new Promise((resolve, reject) => {
    // A batch repeats itself so much that the quickest level is hardly worse: a third less CPU, 6 % more bytes.
    zlib.gzip(bytes, { level: 1 }, (error, result) => (error ? reject(error) : resolve(result)))
  })
}

async function compressWithStream(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const Compression = ambient.CompressionStream
  if (!Compression) throw new TypeError('this platform cannot compress')
  const stream = new Blob([bytes]).stream().pipeThrough(new Compression('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
