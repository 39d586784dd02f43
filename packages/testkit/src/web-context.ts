import { createContext, Script } from 'node:vm'

/** The smallest common set: what Workers, Deno, Vercel and browsers' workers all have, and nothing of Node's own. */
const webGlobals = [
  'AbortController',
  'AbortSignal',
  'atob',
  'Blob',
  'btoa',
  'CompressionStream',
  'crypto',
  'DecompressionStream',
  'DOMException',
  'Event',
  'EventTarget',
  'fetch',
  'FormData',
  'Headers',
  'performance',
  'queueMicrotask',
  'ReadableStream',
  'Request',
  'Response',
  'structuredClone',
  'TextDecoder',
  'TextEncoder',
  'TransformStream',
  'URL',
  'URLSearchParams',
  'WritableStream',
] as const

/** A JavaScript realm of its own that has no Node.js. */
export interface WebContext {
  /** What was written to its console, one `level: text` a line. */
  readonly lines: string[]
  /** The value of a script. */
  run(script: string): unknown
}

/**
 * Makes a realm with the globals of an edge runtime, which come from another realm, as in an edge runtime's sandbox.
 * Code made from text (`eval`, `new Function`) is refused there.
 *
 * @param more further globals; `undefined` takes one away.
 */
export function createWebContext(more: Readonly<Record<string, unknown>> = {}): WebContext {
  const lines: string[] = []
  const write = (level: string) => (text: unknown) => void lines.push(`${level}: ${String(text)}`)
  const globals: Record<string, unknown> = {
    ...Object.fromEntries(webGlobals.map((name) => [name, globalThis[name]])),
    console: Object.fromEntries(
      ['debug', 'error', 'info', 'log', 'warn'].map((level) => [level, write(level)]),
    ),
    // A number on the web, where Node has an object with methods.
    setTimeout: (callback: () => void, delayMs: number) => Number(setTimeout(callback, delayMs)),
    clearTimeout: (handle: number | undefined) => clearTimeout(handle),
    ...more,
  }
  for (const [name, value] of Object.entries(globals)) if (value === undefined) delete globals[name]
  const context = createContext(globals, { codeGeneration: { strings: false, wasm: false } })
  return { lines, run: (script) => new Script(script).runInContext(context) as unknown }
}
