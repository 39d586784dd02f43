import * as fc from 'fast-check'
import { createFakeRuntime } from 'testkit'
import type { FakeRuntime } from 'testkit'
import { expect, it } from 'vitest'
import { HedgerowClient } from '../../src/index.ts'
import type { ClientOptions, Fetch, FetchResponse } from '../../src/index.ts'
import { inTime } from '../capture/capture-setup.ts'
import { duplicateKeys } from '../capture/duplicate-keys.ts'
import { V1AccountingModel } from './v1-accounting-model.ts'
import type { Verdict } from './v1-accounting-model.ts'

/** What the server does with one request. */
type Fate =
  /** One verdict for each event, repeated when there are more events. */
  | { readonly kind: 'results'; readonly verdicts: readonly Verdict[]; readonly retryAfter: string | null }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter: string | null }
  /** A 2xx whose body is none of the protocol's. */
  | { readonly kind: 'unreadable'; readonly body: string }
  | { readonly kind: 'disconnect' | 'broken-body' | 'hang' | 'hanging-body' }

/** What the application or time does next. */
type Step =
  | { readonly kind: 'capture' | 'immediate'; readonly names: readonly string[]; readonly padding: number }
  | { readonly kind: 'flush' | 'shutdown' }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'jump'; readonly ms: number }

const retryAfter = fc.constantFrom(null, null, '1', '3', 'soon')
const verdict = fc.constantFrom<Verdict>(
  'ok',
  'ok',
  'retry',
  'drop',
  'limited',
  'warning',
  'unheard-of',
  'absent',
)
const fate: fc.Arbitrary<Fate> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('results' as const),
      verdicts: fc.array(verdict, { minLength: 1, maxLength: 7 }),
      retryAfter,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('status' as const),
      status: fc.constantFrom(400, 401, 402, 404, 408, 413, 429, 500, 501, 503),
      retryAfter,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('unreadable' as const),
      body: fc.constantFrom('', 'null', '[]', '"ok"', '<html>', '{"results":[]}', '{"results":null}'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom<'disconnect' | 'broken-body' | 'hang' | 'hanging-body'>(
        ...(['disconnect', 'broken-body', 'hang', 'hanging-body'] as const),
      ),
    }),
  },
)
const names = fc.array(fc.constantFrom('a', 'b', '$ai_trace', 'with "quotes"', '\u{1F994}'), {
  minLength: 1,
  maxLength: 8,
})
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom<'capture' | 'immediate'>('capture', 'capture', 'immediate'),
      names,
      padding: fc.constantFrom(0, 0, 10, 500, 3000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom<'flush' | 'shutdown'>('flush', 'flush', 'shutdown') }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('advance' as const),
      ms: fc.constantFrom(0, 1, 500, 1000, 5000, 31_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('jump' as const),
      ms: fc.constantFrom(-86_400_000, -3000, 3000, 86_400_000),
    }),
  },
)
const options = fc.record({
  maxQueueSize: fc.integer({ min: 1, max: 12 }),
  maxQueueBytes: fc.constantFrom(600, 4000, 64 * 1024),
  maxBatchSize: fc.integer({ min: 1, max: 6 }),
  maxBatchBytes: fc.constantFrom(300, 1500, 4 * 1024 * 1024),
  maxEventBytes: fc.constantFrom(2000, 1024 * 1024),
  maxConcurrentRequests: fc.integer({ min: 1, max: 4 }),
  flushAt: fc.integer({ min: 1, max: 8 }),
  flushInterval: fc.constantFrom(0, 100, 5000),
  fetchRetryCount: fc.integer({ min: 0, max: 3 }),
  fetchRetryDelay: fc.constantFrom(0, 100, 1000),
  requestTimeout: fc.constantFrom(600, 10_000),
  lifetime: fc.constantFrom<'server' | 'serverless'>('server', 'serverless'),
})

/** A client under test with the model that watches it. */
interface Subject {
  readonly client: HedgerowClient
  readonly runtime: FakeRuntime
  readonly model: V1AccountingModel
}

async function takeStep({ client, runtime, model }: Subject, step: Step): Promise<string[]> {
  if (step.kind === 'capture' || step.kind === 'immediate') {
    const problems: string[] = []
    const properties = { padding: 'ü'.repeat(step.padding / 2), $session_id: 's', $cookieless_mode: 'true' }
    for (const event of step.names) {
      const message = { event, distinctId: 'user_1', properties }
      if (step.kind === 'capture') client.capture(message)
      else void client.captureImmediate(message)
      problems.push(...model.problems(client.stats()))
    }
    return problems
  }
  if (step.kind === 'advance') await runtime.advance(step.ms)
  else if (step.kind === 'jump') runtime.setNow(runtime.now() + step.ms)
  else if (step.kind === 'shutdown') void client.shutdown(1500)
  else void client.flush()
  return model.problems(client.stats())
}

/** Takes the steps, then lets everything be accepted; what was wrong after the first step with a problem, or at the end. */
async function play(subject: Subject, steps: readonly Step[], recover: () => void): Promise<string[]> {
  const { client, runtime, model } = subject
  for (const step of steps) {
    const problems = await takeStep(subject, step)
    if (problems.length > 0) return problems
  }
  recover()
  // The first may join one under way, the second may only see how requests from before end.
  for (let time = 0; time < 3; time += 1) await inTime(runtime, client.shutdown())
  const timers = runtime.timers === 0 ? [] : [`${runtime.timers} timers are left`]
  return [...model.problemsAtEnd(client.stats()), ...timers]
}

/** A server without sockets, for both protocols. */
function serveInMemory(nextFate: () => Fate | undefined, model: V1AccountingModel): Fetch {
  return (url, init) =>
    new Promise((resolve, reject) => {
      const text = String(init.body)
      model.note(duplicateKeys(text).map((key) => `the key ${key} is twice in an object`))
      const events = model.arrived(text)
      const fate = nextFate() ?? { kind: 'results', verdicts: ['ok'], retryAfter: null }
      const onAbort = new Promise<never>((_resolve, refuse) => {
        init.signal.addEventListener('abort', () => {
          reject(new Error('aborted'))
          refuse(new Error('aborted'))
        })
      })
      onAbort.catch(() => undefined)
      const isV1 = url.endsWith('/i/v1/analytics/events')
      const answer = (status: number, body: () => Promise<string>, asked: string | null = null) => {
        if (status <= 299 && !isV1) model.settle(events, () => 'ok')
        resolve(responseOf(status, body, asked))
      }
      if (fate.kind === 'disconnect') reject(new TypeError('socket hang up'))
      else if (fate.kind === 'status') answer(fate.status, async () => '', fate.retryAfter)
      else if (fate.kind === 'unreadable') {
        if (isV1) model.settle(events, () => 'drop')
        answer(200, async () => fate.body)
      } else if (fate.kind === 'broken-body') answer(200, () => Promise.reject(new TypeError('terminated')))
      else if (fate.kind === 'hanging-body') answer(200, () => onAbort)
      else if (fate.kind === 'results') {
        const verdictAt = (index: number) => fate.verdicts[index % fate.verdicts.length] ?? 'ok'
        if (isV1) model.settle(events, (_event, index) => verdictAt(index))
        const results = events.map(
          ({ uuid }, index) => [uuid, { result: verdictAt(index), details: null }] as const,
        )
        const named = results.filter(([, { result }]) => result !== 'absent')
        answer(200, async () => JSON.stringify({ results: Object.fromEntries(named) }), fate.retryAfter)
      }
    })
}

function responseOf(status: number, text: () => Promise<string>, retryAfter: string | null): FetchResponse {
  return {
    status,
    text,
    json: async () => JSON.parse(await text()) as unknown,
    headers: { get: () => retryAfter },
  }
}

function createClient(runtime: FakeRuntime, own: ClientOptions): HedgerowClient {
  return new HedgerowClient('phc_accounting', {
    runtime,
    captureMode: 'v1',
    disableCompression: true,
    ...own,
  })
}

it('accounts for every event of capture v1 at every instant, and sends none again that was answered', async () => {
  await fc.assert(
    fc.asyncProperty(
      options,
      fc.array(fate, { maxLength: 14 }),
      fc.array(step, { minLength: 1, maxLength: 12 }),
      async (options, fates, steps) => {
        const left = [...fates]
        const model = new V1AccountingModel()
        const runtime = createFakeRuntime()
        const fetch = serveInMemory(() => left.shift(), model)
        const client = createClient(runtime, { ...options, fetch })

        const problems = await play({ client, runtime, model }, steps, () => left.splice(0))

        expect(problems).toEqual([])
      },
    ),
    { numRuns: 300, seed: 20_240_615 },
  )
}, 60_000)
