import { after } from 'next/server.js'
import { notForLong } from './not-for-long.ts'

/** What a platform that runs functions puts on `globalThis` for Next.js. */
interface PlatformContext {
  get(): { readonly waitUntil?: ((work: Promise<unknown>) => unknown) | undefined } | undefined
}

interface AsyncHooks {
  readonly AsyncLocalStorage: { snapshot(): (call: () => void) => void }
}

const platform = Symbol.for('@next/request-context')
const server = Symbol.for('hedgerow.next.server')

/** On `globalThis`, because every bundle of the process has a copy of this module. */
const shared = globalThis as {
  [platform]?: PlatformContext
  [server]?: ((work: Promise<unknown>) => void) | undefined
  process?: { getBuiltinModule?(name: 'node:async_hooks'): AsyncHooks | undefined }
}

/**
 * Has the process live until this is done, for a moment at the longest: by `after()` where there is one, else by what the
 * platform of a function has for it. A server keeps its word beyond the request that it was given in, so what is captured
 * where Next.js has no `after()`, as in its Pages Router, is waited for once any other request has captured.
 *
 * @throws where nobody waits.
 */
export function keepAlive(work: Promise<unknown>): void {
  let begin: () => void = () => undefined
  const moment = new Promise<void>((resolve) => {
    begin = () => resolve(notForLong(work))
  })
  handOver(moment)
  begin() // only now, because it is what keeps an event loop alive that has nothing else to do
}

function handOver(moment: Promise<void>): void {
  const waitUntil = shared[platform]?.get()?.waitUntil
  try {
    after(moment)
    if (!waitUntil) shared[server] ??= lastingAfter()
  } catch (error) {
    if (waitUntil) waitUntil(moment)
    else askServer(moment, error)
  }
}

function askServer(moment: Promise<void>, error: unknown): void {
  const wait = shared[server]
  if (!wait) throw error
  shared[server] = undefined // should it hold no longer, another request gives a new one
  wait(moment)
  shared[server] = wait
}

/** Whether this process runs functions for a platform, which may freeze it between requests. */
export function isOnPlatform(): boolean {
  return shared[platform] !== undefined
}

/** `after()` as it is here, for later. */
function lastingAfter(): ((work: Promise<unknown>) => void) | undefined {
  const hooks = shared.process?.getBuiltinModule?.('node:async_hooks')
  const here = hooks?.AsyncLocalStorage.snapshot()
  return here && ((work) => here(() => after(work)))
}
