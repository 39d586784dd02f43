import { wrongType } from '../option-reader.ts'
import type { Fetch, Runtime } from '../runtime.ts'
import { defaultRuntime } from './default-runtime.ts'

/**
 * The platform's runtime with the given parts in place of its own.
 *
 * @throws ConfigError for a part that is no function, or a runtime that is no object.
 */
export function completeRuntime(given: unknown, fetch: unknown): Runtime {
  if (given !== undefined && (typeof given !== 'object' || given === null))
    throw wrongType('runtime', 'an object', given)
  // What its members are is checked one by one below.
  const parts: Partial<Runtime> = given ?? {}
  const part = <K extends keyof Runtime>(name: K): Runtime[K] => {
    const own: Runtime[K] | undefined = parts[name]
    if (own === undefined) return defaultRuntime[name]
    if (typeof own !== 'function') throw wrongType(`runtime.${name}`, 'a function', own)
    // Parts may be methods of an object of the user's, whose `bind` keeps their type; only `fetch` is called unbound.
    return name === 'fetch' ? own : (own.bind(parts) as Runtime[K])
  }
  if (fetch !== undefined && typeof fetch !== 'function') {
    throw wrongType('fetch', 'a function', fetch)
  }
  return {
    now: part('now'),
    setTimeout: part('setTimeout'),
    clearTimeout: part('clearTimeout'),
    hold: part('hold'),
    random: part('random'),
    randomBytes: part('randomBytes'),
    fetch: (fetch as Fetch | undefined) ?? part('fetch'),
    log: part('log'),
    env: part('env'),
    gzip: part('gzip'),
    hmac: part('hmac'),
    readFile: part('readFile'),
    workingDirectory: part('workingDirectory'),
    createStorage: part('createStorage'),
  }
}
