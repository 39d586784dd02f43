import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createFakeRuntime, startScriptedServer } from 'testkit'
import type { Answer, FakeRuntime } from 'testkit'
import { HedgerowClient } from '../../src/index.ts'
import type { ClientOptions, Fetch } from '../../src/index.ts'
import { AccountingModel } from './accounting-model.ts'
import { eventsOf, inTime, poorResponse, sentIn } from './capture-setup.ts'

/** What the server does with one request. */
type Fate =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly retryAfter?: string
      readonly delayMs: number
    }
  | { readonly kind: 'disconnect' | 'disconnect-after-headers' | 'hang'; readonly delayMs: number }

/** What the application or time does next. */
type Step =
  | { readonly kind: 'capture'; readonly events: number; readonly padding: number }
  | { readonly kind: 'flush' | 'shutdown' }
  | { readonly kind: 'advance'; readonly ms: number }

const delayMs = fc.constantFrom(0, 0, 0, 20, 700, 5000)
const retryAfter = fc.option(fc.constantFrom('1', '3', '0', 'soon', 'Sat, 15 Jun 2024 12:30:50 GMT'), {
  nil: undefined,
})
const status = fc.constantFrom(200, 200, 200, 204, 299, 301, 400, 401, 404, 408, 413, 413, 429, 500, 503)
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('answer' as const), status, delayMs }) },
  {
    weight: 2,
    arbitrary: fc
      .record({ status: fc.constantFrom(408, 429, 503), retryAfter, delayMs })
      .map(({ retryAfter, ...answer }) => ({
        kind: 'answer' as const,
        ...answer,
        ...(retryAfter !== undefined && { retryAfter }),
      })),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('disconnect' as const, 'disconnect-after-headers' as const, 'hang' as const),
      delayMs,
    }),
  },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('capture' as const),
      events: fc.integer({ min: 1, max: 8 }),
      padding: fc.constantFrom(0, 0, 10, 500, 3000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('flush' as const, 'flush', 'shutdown' as const) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('advance' as const),
      ms: fc.constantFrom(0, 1, 500, 1000, 5000, 31_000),
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
})

/** A client under test with the model that watches it. */
interface Subject {
  readonly client: HedgerowClient
  readonly runtime: FakeRuntime
  readonly model: AccountingModel
}

async function takeStep({ client, runtime, model }: Subject, step: Step, index: number): Promise<string[]> {
  if (step.kind === 'capture') {
    const problems: string[] = []
    for (let event = 0; event < step.events; event += 1) {
      const properties = { padding: 'ü'.repeat(step.padding / 2) }
      client.capture({ event: `${index}.${event}`, distinctId: 'user_1', properties })
      problems.push(...model.problems(client.stats()))
    }
    return problems
  }
  if (step.kind === 'advance') await runtime.advance(step.ms)
  else if (step.kind === 'shutdown') void client.shutdown(1500)
  else void client.flush()
  return model.problems(client.stats())
}

/** Takes the steps, then lets everything be accepted; what was wrong after the first step with a problem, or at the end. */
async function play(subject: Subject, steps: readonly Step[], recover: () => void): Promise<string[]> {
  const { client, runtime, model } = subject
  for (const [index, step] of steps.entries()) {
    const problems = await takeStep(subject, step, index)
    if (problems.length > 0) return problems
  }
  recover()
  // The first may join one under way, the second may only see how requests from before end.
  for (let time = 0; time < 3; time += 1) await inTime(runtime, client.shutdown())
  const timers = runtime.timers === 0 ? [] : [`${runtime.timers} timers are left`]
  return [...model.problemsAtEnd(client.stats()), ...timers]
}

/** A server without sockets: its delays pass on the fake clock. */
function serveInMemory(
  nextFate: () => Fate | undefined,
  model: AccountingModel,
  runtime: FakeRuntime,
): Fetch {
  return (_url, init) => {
    const events = sentIn(init)
    model.arrived(events)
    const fate: Fate = nextFate() ?? { kind: 'answer', status: 200, delayMs: 0 }
    return new Promise((resolve, reject) => {
      const act = () => {
        if (fate.kind === 'disconnect') return reject(new TypeError('socket hang up'))
        const status = fate.kind === 'answer' ? fate.status : 200
        if (status >= 200 && status <= 299) model.accept(events)
        const asked = fate.kind === 'answer' ? fate.retryAfter : undefined
        resolve({ ...poorResponse(status), headers: { get: () => asked ?? null } })
      }
      const timer = fate.delayMs > 0 && fate.kind !== 'hang' && runtime.setTimeout(act, fate.delayMs)
      init.signal.addEventListener('abort', () => {
        runtime.clearTimeout(timer)
        reject(new Error('aborted'))
      })
      if (fate.delayMs === 0 && fate.kind !== 'hang') act()
    })
  }
}

function createClient(runtime: FakeRuntime, own: ClientOptions): HedgerowClient {
  return new HedgerowClient('phc_accounting', { runtime, disableCompression: true, ...own })
}

it('accounts for every event at every instant, and sends none again that it knows to have arrived', async () => {
  await fc.assert(
    fc.asyncProperty(
      options,
      fc.array(fate, { maxLength: 12 }),
      fc.array(step, { minLength: 1, maxLength: 14 }),
      async (options, fates, steps) => {
        const model = new AccountingModel()
        const runtime = createFakeRuntime()
        const left = [...fates]
        const fetch = serveInMemory(() => left.shift(), model, runtime)
        const client = createClient(runtime, { ...options, fetch })
        const problems = await play({ client, runtime, model }, steps, () => left.splice(0))

        expect(problems).toEqual([])
      },
    ),
    { numRuns: 1000, seed: 20_240_615 },
  )
}, 30_000)

it('does so over a real connection too', async () => {
  const instant = fc.array(
    fate.map((fate): Fate => ({ ...fate, delayMs: 0 })),
    { maxLength: 5 },
  )
  await fc.assert(
    fc.asyncProperty(
      options,
      instant,
      fc.array(step, { minLength: 1, maxLength: 6 }),
      async (options, fates, steps) => {
        const server = await startScriptedServer()
        const model = new AccountingModel()
        const runtime = createFakeRuntime()
        const left = [...fates]
        server.always('/batch/', (received) => {
          const events = eventsOf(received)
          model.arrived(events)
          const answer = answerOf(left.shift())
          const reachesClient = answer === 'disconnect-after-headers' || isSuccess(answer)
          if (reachesClient) model.accept(events)
          return answer
        })
        const client = createClient(runtime, { ...options, host: server.url })
        const problems = await play({ client, runtime, model }, steps, () => left.splice(0))
        await server.close()

        expect(problems).toEqual([])
      },
    ),
    { numRuns: 25, seed: 20_240_615 },
  )
}, 60_000)

function answerOf(fate: Fate | undefined): Answer {
  if (fate === undefined) return { status: 200 }
  if (fate.kind !== 'answer') return fate.kind
  return { status: fate.status, ...(fate.retryAfter && { headers: { 'retry-after': fate.retryAfter } }) }
}

function isSuccess(answer: Answer): boolean {
  return typeof answer === 'object' && answer.status >= 200 && answer.status <= 299
}
