import { createFakeRuntime, type FakeRuntime, type FakeRuntimeOverrides } from 'testkit'
import { onTestFinished } from 'vitest'
import { type ClientOptions, type Fetch, type FetchResponse, HedgerowClient } from '../../src/index.ts'
import { inTime, type SentEvent } from '../capture/capture-setup.ts'

/** What PostHog does with a request: a status, a 200 with this body, a failure of the network, or a response of the test's. */
export type Reply = number | { readonly [name: string]: unknown } | Error | Promise<FetchResponse>

/** A request for flags as PostHog got it. */
export interface FlagsRequest {
  readonly distinct_id: string
  readonly groups: Readonly<Record<string, unknown>>
  readonly person_properties: Readonly<Record<string, unknown>>
  readonly flag_keys_to_evaluate?: readonly string[]
  readonly [name: string]: unknown
}

/** PostHog as a function, whose answers the test may change at any time. */
export interface PostHog {
  /** The answer to requests for definitions. */
  definitions: Reply
  /** The answer to requests for flags. */
  flags: Reply | ((request: FlagsRequest) => Reply)
  /** Paths of all requests so far, without those that carry events. */
  readonly paths: string[]
  /** Bodies of the requests for flags so far. */
  readonly flagCalls: FlagsRequest[]
}

/** A client that keeps to itself, and what it is tested with. */
export interface FlagClientSetup {
  readonly client: HedgerowClient
  readonly posthog: PostHog
  readonly runtime: FakeRuntime
  /** Everything that was captured and sent so far, in order. */
  events(): Promise<SentEvent[]>
  /** The `$feature_flag_called` events among them. */
  exposures(): Promise<SentEvent[]>
  /** Lines at `warn` and above, without their prefix. */
  alerts(): string[]
}

/** Options of a client that evaluates flags itself. */
export const local = { secretKey: 'phs_flags_test' }

const host = 'http://127.0.0.1:8010'

/** A client whose PostHog is a function of the test; shut down with the test. */
export function createFlagClient(
  options: ClientOptions = {},
  answers: Partial<Pick<PostHog, 'definitions' | 'flags'>> = {},
  overrides: FakeRuntimeOverrides = {},
): FlagClientSetup {
  const runtime = createFakeRuntime(overrides)
  const sent: SentEvent[] = []
  const posthog: PostHog = { definitions: 404, flags: 404, paths: [], flagCalls: [], ...answers }
  const fetch: Fetch = async (url, { body }) => {
    const path = url.slice(host.length)
    const json: unknown = body === undefined ? undefined : JSON.parse(String(body))
    if (path === '/batch/') {
      // What the client sent is for each test's expectations to judge.
      sent.push(...(json as { batch: SentEvent[] }).batch)
      return response(200, { status: 1 })
    }
    posthog.paths.push(path)
    return replied(path.startsWith('/flags/?') ? toFlags(posthog, json as FlagsRequest) : posthog.definitions)
  }
  const client = new HedgerowClient('phc_test', {
    host,
    runtime,
    fetch,
    disableCompression: true,
    ...options,
  })
  onTestFinished(async () => void (await inTime(runtime, client.shutdown(0))))
  const events = async () => {
    await client.flush()
    return sent
  }
  return {
    client,
    posthog,
    runtime,
    events,
    exposures: async () => (await events()).filter(({ event }) => event === '$feature_flag_called'),
    alerts: () =>
      runtime.lines
        .filter(({ level }) => level === 'warn' || level === 'error')
        .map(({ line }) => line.replace('[hedgerow] ', '')),
  }
}

/** As above, with the definitions in force. */
export async function createLocalClient(
  definitions: { readonly flags: readonly unknown[]; readonly [name: string]: unknown },
  options: ClientOptions = {},
  flags: PostHog['flags'] = 404,
): Promise<FlagClientSetup> {
  const setup = createFlagClient({ ...local, ...options }, { definitions, flags })
  await setup.client.reloadFeatureFlags()
  setup.posthog.paths.length = 0
  return setup
}

/** As little of a response as mocks in users' tests have. */
export function response(status: number, body?: unknown): FetchResponse {
  return { status, json: async () => body, text: async () => JSON.stringify(body) }
}

/** A response that the test gives when it likes. */
export function held(): { reply: Promise<FetchResponse>; give(body: unknown): void } {
  let settle: (response: FetchResponse) => void = () => {}
  const reply = new Promise<FetchResponse>((resolve) => (settle = resolve))
  return { reply, give: (body) => settle(response(200, body)) }
}

/** An answer of PostHog in which these flags have these values. */
export function answered(
  values: Readonly<Record<string, boolean | string>>,
  facts: Readonly<Record<string, unknown>> = {},
): { flags: Record<string, Record<string, unknown>>; [name: string]: unknown } {
  const flags = Object.entries(values).map(([key, value]) => [
    key,
    { key, enabled: value !== false, variant: typeof value === 'string' ? value : null },
  ])
  return { flags: Object.fromEntries(flags), ...facts }
}

function toFlags(posthog: PostHog, request: FlagsRequest): Reply {
  posthog.flagCalls.push(request)
  return typeof posthog.flags === 'function' ? posthog.flags(request) : posthog.flags
}

function replied(reply: Reply): FetchResponse | Promise<FetchResponse> {
  if (reply instanceof Error) throw reply
  if (reply instanceof Promise) return reply
  return typeof reply === 'number' ? response(reply) : response(200, reply)
}
