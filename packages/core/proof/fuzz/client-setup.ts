import * as fc from 'fast-check'
import { createFakeRuntime, type FakeRuntime } from 'testkit'
import { type Fetch, HedgerowClient } from '../../src/index.ts'
import { functionOf, hook } from './hook.ts'
import { hostileValue } from './hostile-value.ts'

/** A number that may be far out of range; what posthog-node takes, the client moves into range. */
const number = (...usual: readonly number[]) =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(-5, 0, 2.5, 1e12, Infinity, -Infinity) },
  )

const data = fc.record(
  {
    flushAt: number(1, 3, 20),
    flushInterval: number(0, 100, 5000),
    maxBatchSize: number(1, 4, 100),
    maxQueueSize: number(1, 8, 1000, 10_000),
    requestTimeout: number(50, 600, 10_000),
    // Not out of range upwards: a client that is told to try for ever without a pause does so.
    fetchRetryCount: fc.constantFrom(-5, 0, 1, 3, 2.7),
    fetchRetryDelay: number(0, 100, 1000),
    waitUntilDebounceMs: number(0, 50),
    waitUntilMaxWaitMs: number(0, 500),
    maxQueueBytes: fc.constantFrom(1, 4000, 64 * 1024, 1024 * 1024, 64 * 1024 * 1024),
    maxBatchBytes: fc.constantFrom(1, 1500, 4 * 1024 * 1024),
    maxEventBytes: fc.oneof(fc.integer({ min: 200, max: 500 }), fc.constantFrom(2000, 2000, 1024 * 1024)),
    maxConcurrentRequests: fc.constantFrom(1, 2, 50),
    disableGeoip: fc.boolean(),
    disableCompression: fc.boolean(),
    isServer: fc.boolean(),
    defaultOptIn: fc.constantFrom(true, true, true, true, true, false),
    historicalMigration: fc.boolean(),
    disable_capture_url_hashes: fc.boolean(),
    __preview_capture_bot_pageviews: fc.boolean(),
    custom_blocked_useragents: fc.constantFrom([], ['shopbot', '']),
    lifetime: fc.constantFrom('server' as const, 'serverless' as const),
    logLevel: fc.constantFrom('debug' as const, 'warn' as const, 'error' as const),
    host: fc.constantFrom('http://127.0.0.1:8010', 'http://127.0.0.1:8010/', '', undefined),
  },
  { requiredKeys: [] },
)

/** How a client is set up: options, hooks of the user's, and one value of the wrong kind. */
export const clientSetup = fc.record({
  captureMode: fc.constantFrom('v0' as const, 'v1' as const),
  data,
  hooks: fc.record({ before_send: hook, onError: hook, waitUntil: hook, log: hook }, { requiredKeys: [] }),
  gzip: fc.constantFrom('works' as const, 'works' as const, 'throws' as const, 'rejects' as const),
  wrong: fc.record({
    option: fc.oneof(
      fc.constantFrom(
        'runtime',
        'fetch',
        'before_send',
        'onError',
        'waitUntil',
        'secretKey',
        'unheard_of',
        'store',
      ),
      fc.constantFrom(
        'disabled',
        'host',
        'captureMode',
        'custom_blocked_useragents',
        'flushAt',
        'maxEventBytes',
      ),
    ),
    value: hostileValue,
  }),
})

/** What `clientSetup` generates. */
export type ClientSetup = typeof clientSetup extends fc.Arbitrary<infer T> ? T : never

/** A client and the clock it lives by. */
export interface SetUp {
  readonly client: HedgerowClient
  readonly runtime: FakeRuntime
}

/** Makes the client. @param fetchOn is given the clock that its answers wait by. */
export function setUp(
  { captureMode, data, hooks, gzip }: ClientSetup,
  fetchOn: (runtime: FakeRuntime) => Fetch,
): SetUp {
  const runtime = createFakeRuntime({
    ...(gzip === 'throws' && {
      gzip: () => {
        throw new Error('no gzip')
      },
    }),
    ...(gzip === 'rejects' && { gzip: () => Promise.reject(new Error('no gzip')) }),
  })
  const setUp: { client?: HedgerowClient } = {}
  const functions = Object.entries(hooks).map(
    ([name, hook]) => [name, functionOf(hook, () => setUp.client)] as const,
  )
  const { log = runtime.log, ...own } = Object.fromEntries(functions)
  const client = new HedgerowClient('phc_fuzz', {
    captureMode,
    ...data,
    ...own,
    runtime: { ...runtime, log },
    fetch: fetchOn(runtime),
  })
  setUp.client = client
  return { client, runtime }
}
