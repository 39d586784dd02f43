import { HedgerowError } from '../../errors.ts'
import type {
  FlagDefinitionCacheData,
  FlagDefinitionCacheProvider,
} from '../../flag-definition-cache-provider.ts'
import type { Runtime } from '../../runtime.ts'
import { within } from '../../runtime/within.ts'
import type { StopSignal } from '../../transport/stop-signal.ts'
import type { DefinitionReporter } from './definition-reporter.ts'
import { isWireRecord } from '../../wire-record.ts'

type Method = keyof FlagDefinitionCacheProvider

/** An application's cache provider, made safe: what it throws is reported, and what it does not answer is given up. */
export class DefinitionCache {
  readonly #provider: FlagDefinitionCacheProvider
  readonly #runtime: Runtime
  readonly #timeoutMs: number
  readonly #stop: StopSignal
  readonly #reporter: DefinitionReporter

  /** @param parts.timeoutMs for each call, except the shutdown. */
  constructor(parts: {
    provider: FlagDefinitionCacheProvider
    runtime: Runtime
    timeoutMs: number
    stop: StopSignal
    reporter: DefinitionReporter
  }) {
    this.#provider = parts.provider
    this.#runtime = parts.runtime
    this.#timeoutMs = parts.timeoutMs
    this.#stop = parts.stop
    this.#reporter = parts.reporter
  }

  /** Whether this process is the one to fetch; also when the provider cannot tell. */
  mayFetch(): Promise<boolean> {
    const method = 'shouldFetchFlagDefinitions'
    return this.#ask(method, () => this.#provider[method](), true, this.#timeoutMs)
  }

  /** What is shared; undefined when nothing is, or the provider cannot tell. */
  async read(): Promise<unknown> {
    const method = 'getFlagDefinitions'
    const data = await this.#ask<unknown>(method, () => this.#provider[method](), undefined, this.#timeoutMs)
    return data ?? undefined
  }

  /** Shares a body of PostHog's, with the names that older readers look for. */
  publish(body: unknown): Promise<unknown> {
    const method = 'onFlagDefinitionsReceived'
    return this.#ask(method, () => this.#provider[method](sharedForm(body)), undefined, this.#timeoutMs)
  }

  shutdown(timeoutMs: number): Promise<unknown> {
    return this.#ask('shutdown', () => this.#provider.shutdown(), undefined, timeoutMs)
  }

  /** Calls before it returns. Never rejects. */
  async #ask<Answer>(
    method: Method,
    call: () => Answer | Promise<Answer>,
    fallback: Answer,
    timeoutMs: number,
  ): Promise<Answer> {
    const wasStopped = this.#stop.stopped
    let forget = ignore
    const stopped = new Promise<undefined>(
      (resolve) => (forget = this.#stop.onStop(() => resolve(undefined))),
    )
    const outcome = await withinOrUndefined(this.#runtime, timeoutMs, [outcomeOf(call), stopped])
    forget()
    if (outcome && 'answer' in outcome) {
      this.#reporter.succeeded(method)
      return outcome.answer
    }
    if (outcome) this.#report(method, 'failed; it must handle its own errors', outcome.cause)
    else if (wasStopped || !this.#stop.stopped) this.#report(method, `did not end within ${timeoutMs} ms`)
    return fallback
  }

  #report(method: Method, problem: string, cause?: unknown): void {
    const message = `${method} of flagDefinitionCacheProvider ${problem}`
    this.#reporter.failed(method, new HedgerowError('definition-cache', message, { cause }), -1)
  }
}

type Outcome<Answer> = { readonly answer: Answer } | { readonly cause: unknown }

async function outcomeOf<Answer>(call: () => Answer | Promise<Answer>): Promise<Outcome<Answer>> {
  try {
    return { answer: await call() }
  } catch (cause) {
    return { cause }
  }
}

/** The first of several results, undefined after the time is over; none of them may reject. */
async function withinOrUndefined<Result>(
  runtime: Runtime,
  deadlineMs: number,
  works: readonly Promise<Result | undefined>[],
): Promise<Result | undefined> {
  const first: { result?: Result | undefined } = {}
  const noted = Promise.race(works).then((result) => (first.result = result))
  await within(runtime, deadlineMs, noted)
  return first.result
}

function sharedForm(body: unknown): FlagDefinitionCacheData {
  const { flags, cohorts, ...rest } = isWireRecord(body) ? body : {}
  const groupTypes = rest['group_type_mapping'] ?? {}
  const minimal = rest['minimal_flag_called_events'] === true
  const version = rest['property_matching_version']
  return {
    flags,
    cohorts: cohorts ?? {},
    group_type_mapping: groupTypes,
    groupTypeMapping: groupTypes,
    minimal_flag_called_events: minimal,
    minimalFlagCalledEvents: minimal,
    property_matching_version: version,
    propertyMatchingVersion: version,
  }
}

function ignore(): void {}
