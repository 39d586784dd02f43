import { type ClientOptions, ConfigError, HedgerowClient, type RequestOptions } from '../../src/index.ts'
import type { ClientSetup } from './client-setup.ts'
import { made } from './hostile-value.ts'

/** What is wrong with how options of any kind are taken: nothing but a `ConfigError` may be thrown. */
export function optionProblems({ option, value }: ClientSetup['wrong']): string[] {
  const runtime = { log: () => undefined }
  const unreadable = Object.defineProperty({ runtime }, option, { get: refuse, enumerable: true })
  const client = new HedgerowClient('phc_fuzz', { runtime })
  // Options as JavaScript without types may have them.
  const asOptions = (given: unknown) => given as ClientOptions & RequestOptions
  const attempts = [
    () => new HedgerowClient('phc_fuzz', asOptions({ runtime, [option]: made(value) })),
    () => new HedgerowClient('phc_fuzz', asOptions(unreadable)),
    () => client.requestLayer(asOptions(made(value))),
    () => client.requestLayer(asOptions({ identity: made(value) })),
    () => client.requestLayer(asOptions({ flags: made(value) })),
    () => client.requestLayer(asOptions({ flags: { deadlineMs: made(value) } })),
    () => client.requestLayer(asOptions({ identity: { resolve: made(value) } })),
  ]
  return attempts.flatMap((attempt) => {
    try {
      attempt()
      return []
    } catch (error) {
      return error instanceof ConfigError ? [] : [`not a ConfigError in ${String(attempt)}: ${String(error)}`]
    }
  })
}

function refuse(): never {
  throw new Error('refused')
}
