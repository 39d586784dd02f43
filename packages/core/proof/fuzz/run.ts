import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FakeRuntime } from 'testkit'
import { type ClientStats, type HedgerowClient, HedgerowError } from '../../src/index.ts'
import { AccountingModel } from '../../test/capture/accounting-model.ts'
import { type Call, perform } from './call.ts'
import { type ClientSetup, setUp } from './client-setup.ts'
import type { Fate } from './fate.ts'
import { functionOf, type Hook } from './hook.ts'
import { made } from './hostile-value.ts'
import { optionProblems } from './option-problems.ts'
import { checkRequest } from './request-check.ts'
import type { Script, Step } from './script.ts'
import { serve, type Watcher } from './server.ts'

/** How a script went. */
export interface Outcome {
  /** What was wrong after the first bad step, or at the end. */
  readonly problems: readonly string[]
  readonly stats: ClientStats
}

/** Plays a script, then lets everything be accepted. */
export async function play({ setup, steps, fates }: Script): Promise<Outcome> {
  const run = new Run(setup, fates)
  const problems = [...optionProblems(setup.wrong), ...(await problemsOf(run, steps))]
  return { problems, stats: run.stats }
}

async function problemsOf(run: Run, steps: readonly Step[]): Promise<string[]> {
  const unhandled: string[] = []
  const note = (reason: unknown) => void unhandled.push(`an unhandled rejection: ${String(reason)}`)
  process.on('unhandledRejection', note)
  try {
    for (const [index, step] of steps.entries()) {
      const problems = [...(await run.take(step)), ...unhandled]
      if (problems.length > 0) return [`in step ${index}`, ...problems]
    }
    return [...(await run.end()), ...unhandled]
  } finally {
    process.off('unhandledRejection', note)
  }
}

/** One client from its first call to its end. */
class Run {
  readonly #client: HedgerowClient
  readonly #runtime: FakeRuntime
  readonly #model = new AccountingModel()
  readonly #problems: string[] = []
  readonly #removals: (() => void)[] = []
  #open = 0
  #requests = 0
  #healthy = false

  constructor(setup: ClientSetup, fates: readonly Fate[]) {
    const maxEventBytes = setup.data.maxEventBytes ?? 1024 * 1024
    const watcher: Watcher = {
      arrived: (init) => {
        const { events, problems } = checkRequest(init, maxEventBytes)
        this.#problems.push(...problems)
        this.#model.arrived(events)
        return events
      },
      accept: (events) => this.#model.accept(events),
    }
    const nextFate = () => (this.#healthy ? undefined : fates[this.#requests++ % fates.length])
    const { client, runtime } = setUp(setup, (runtime) => serve(runtime, watcher, nextFate))
    this.#client = client
    this.#runtime = runtime
  }

  get stats(): ClientStats {
    return this.#client.stats()
  }

  async take({ call, context, listener, unlisten, advanceMs }: Step): Promise<readonly string[]> {
    if (listener) this.#listen(listener.name, listener.hook)
    if (unlisten) this.#removals.pop()?.()
    if (context) this.#inContext(context, () => this.#perform(call))
    else this.#perform(call)
    this.#check()
    if (advanceMs !== undefined) {
      await this.#runtime.advance(advanceMs)
      this.#check()
    }
    return this.#problems
  }

  /** From now on every request is accepted: nothing may be left of anything. */
  async end(): Promise<readonly string[]> {
    this.#healthy = true
    await this.#runtime.settle()
    // The first may join one under way, the second may only see how requests from before end.
    for (let time = 0; time < 3; time += 1) await this.#shutDown()
    this.#problems.push(...this.#model.problemsAtEnd(this.#client.stats()))
    if (this.#runtime.timers > 0) this.#problems.push(`${this.#runtime.timers} timers are left`)
    if (this.#open > 0) this.#problems.push(`${this.#open} promises never settled`)
    await nextTurn()
    return this.#problems
  }

  /** However long it takes: a timeout may be weeks. */
  async #shutDown(): Promise<void> {
    let ended = false
    this.#follow(
      'shutdown',
      this.#client.shutdown().finally(() => (ended = true)),
    )
    for (let timers = 0; timers < 500; timers += 1) {
      await this.#runtime.settle()
      if (ended) return
      await this.#runtime.advance(this.#runtime.nextTimerDelayMs ?? 0)
    }
  }

  #check(): void {
    this.#problems.push(...this.#model.problems(this.#client.stats()))
  }

  #listen(name: string, hook: Hook): void {
    this.#removals.push(
      this.#client.on(
        name,
        functionOf(hook, () => this.#client),
      ),
    )
  }

  #perform(call: Call): void {
    try {
      const returned = perform(this.#client, call)
      if (returned instanceof Promise) this.#follow(call.method, returned)
    } catch (error) {
      this.#problems.push(`${call.method} threw ${String(error)}`)
    }
  }

  /** Only `flush` may reject, with the error that is documented. */
  #follow(method: string, promise: Promise<unknown>): void {
    this.#open += 1
    promise.then(
      () => (this.#open -= 1),
      (error: unknown) => {
        this.#open -= 1
        const documented = method === 'flush' && HedgerowError.is(error) && error.code === 'transport'
        if (!documented) this.#problems.push(`${method} rejected with ${String(error)}`)
      },
    )
  }

  /** What runs in a context runs once, and its outcome is its caller's, whatever the context is made of. */
  #inContext({ data, options }: NonNullable<Step['context']>, callback: () => void): void {
    const outcome = new Error('the outcome')
    let runs = 0
    const work = () => {
      runs += 1
      callback()
      throw outcome
    }
    try {
      Reflect.apply(this.#client.withContext, this.#client, [made(data), work, made(options)])
    } catch (error) {
      if (error !== outcome) this.#problems.push(`withContext threw ${String(error)}`)
    }
    if (runs !== 1) this.#problems.push(`withContext ran its callback ${runs} times`)
  }
}
