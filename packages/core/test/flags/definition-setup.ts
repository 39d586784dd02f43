import { createFakeRuntime, type FakeRuntime } from 'testkit'
import { onTestFinished } from 'vitest'
import { Emitter } from '../../src/emitter.ts'
import type { HedgerowError } from '../../src/errors.ts'
import type { FlagSubject } from '../../src/flag-snapshot.ts'
import { DefinitionPoller } from '../../src/flags/definitions/definition-poller.ts'
import { Logger } from '../../src/logger.ts'
import type { ClientOptions } from '../../src/options.ts'
import { resolveOptions } from '../../src/resolve-options.ts'
import type { Fetch, FetchResponse, Runtime } from '../../src/runtime.ts'

/** A request for definitions as `fetch` got it. */
export interface DefinitionCall {
  readonly url: string
  readonly method: string
  readonly headers: Record<string, string>
  /** Milliseconds of the fake clock since the poller was made. */
  readonly at: number
}

/** What a test answers: a status, a response, one later, or a failure of the network. */
export type DefinitionReply = number | FetchResponse | Promise<FetchResponse> | Error

/** A poller, and everything that it tells to others. */
export interface PollerSetup {
  readonly poller: DefinitionPoller
  readonly runtime: FakeRuntime
  /** Requests so far. */
  readonly calls: DefinitionCall[]
  /** Requests that were counted, before they were made. */
  readonly counted: () => number
  /** Answers to come, first in, first out; after the last one a 500. */
  readonly replies: DefinitionReply[]
  readonly errors: HedgerowError[]
  readonly onError: unknown[]
  /** Payloads of `localEvaluationFlagsLoaded`. */
  readonly loads: unknown[]
  readonly minimal: boolean[]
  /** Lines at `warn` and above. */
  readonly alerts: () => string[]
}

/** Options of these tests' clients. */
export const secretKey = 'phx_definitions_test'
export const token = 'phc_definitions_test'

/** A poller whose requests the test answers, on a clock that the test moves; shut down with the test. */
export function createPoller(options: ClientOptions = {}, replace: Partial<Runtime> = {}): PollerSetup {
  const runtime = createFakeRuntime()
  const began = runtime.now()
  const calls: DefinitionCall[] = []
  const replies: DefinitionReply[] = []
  let counted = 0
  const fetch: Fetch = async (url, { method, headers }) => {
    calls.push({ url, method, headers, at: runtime.now() - began })
    const reply = replies.shift() ?? 500
    if (reply instanceof Error) throw reply
    return typeof reply === 'number' ? answer(reply) : reply
  }
  const onError: unknown[] = []
  const resolution = resolveOptions(token, {
    host: 'http://127.0.0.1:8010',
    secretKey,
    fetch,
    runtime: { ...runtime, ...replace },
    onError: (status, message) => onError.push([status, message]),
    ...options,
  })
  const logger = new Logger(runtime, 'debug')
  const emitter = new Emitter(logger)
  const errors: HedgerowError[] = []
  const loads: unknown[] = []
  const minimal: boolean[] = []
  emitter.on('error', (error) => errors.push(error as HedgerowError)) // the event's documented payload
  emitter.on('localEvaluationFlagsLoaded', (count) => loads.push(count))
  const poller = new DefinitionPoller({
    options: resolution.options,
    runtime: resolution.runtime,
    library: { id: 'hedgerow-node', version: '1.2.3' },
    logger,
    emitter,
    onCall: () => (counted += 1),
    onMinimal: (isMinimal) => minimal.push(isMinimal),
  })
  onTestFinished(() => poller.shutdown(0))
  const alerts = () =>
    runtime.lines.filter(({ level }) => level === 'warn' || level === 'error').map(({ line }) => line)
  const sink = { errors, onError, loads, minimal, alerts }
  return { poller, runtime, calls, counted: () => counted, replies, ...sink }
}

/** As little of a response as mocks in users' tests have, with headers only where the test gives some. */
export function answer(status: number, body?: unknown, headers?: Record<string, string>): FetchResponse {
  return {
    status,
    json: async () => body,
    text: async () => JSON.stringify(body),
    ...(headers && { headers: { get: (name) => headers[name] ?? null } }),
  }
}

/** A body whose flags are on for everyone. */
export function bodyOf(...keys: string[]): { flags: unknown[] } & Record<string, unknown> {
  return { flags: keys.map((key) => flagFor(key)) }
}

/** A flag that is on for everyone unless `fields` say otherwise. */
export function flagFor(key: string, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { key, active: true, filters: { groups: [{ properties: [], rollout_percentage: 100 }] }, ...fields }
}

/** Keys of the definitions in force, undefined when there are none. */
export function keysIn(poller: DefinitionPoller): string[] | undefined {
  return poller.current && [...poller.current.set.keys()]
}

/** A person of whom nothing is known. */
export const somebody: FlagSubject = {
  distinctId: 'user_1',
  groups: {},
  personProperties: {},
  groupProperties: {},
}

/** A response that the test gives when it likes. */
export function held(): { reply: Promise<FetchResponse>; give: (response: FetchResponse) => void } {
  let give: (response: FetchResponse) => void = () => {}
  const reply = new Promise<FetchResponse>((resolve) => (give = resolve))
  return { reply, give: (response) => give(response) }
}
