import { StopSignal } from '../../src/transport/stop-signal.ts'
import { createFakeRuntime, startScriptedServer } from 'testkit'
import type { FakeRuntime, FakeRuntimeOverrides, ScriptedServer } from 'testkit'
import { onTestFinished } from 'vitest'
import type { ClientOptions } from '../../src/index.ts'
import type { FlagSubject } from '../../src/flag-snapshot.ts'
import {
  FlagsApi,
  type FlagsAnswer,
  type FlagsLimits,
  type FlagsQuery,
} from '../../src/flags/remote/flags-api.ts'
import { Logger } from '../../src/logger.ts'
import { resolveOptions } from '../../src/resolve-options.ts'

/** A question whose parts a test gives as far as they matter to it. */
export type Question = Partial<FlagSubject> & Partial<Omit<FlagsQuery, 'subject'>> & Partial<FlagsLimits>

/** Remote flag evaluation, the server it asks, and the clock and log it uses. */
export interface FlagsApiSetup {
  readonly api: FlagsApi
  readonly server: ScriptedServer
  readonly runtime: FakeRuntime
  readonly logger: Logger
  /** Requests that were announced. */
  readonly calls: { count: number }
  /** Whether minimal events were wanted, by each answer that said so either way. */
  readonly minimal: boolean[]
  /** Asks for all flags of `user_1`, once, unless the question says otherwise. */
  ask(question?: Question): Promise<FlagsAnswer>
}

/** Remote flag evaluation on a real server over loopback, its time in the test's hands; the server ends with the test. */
export async function startFlagsApi(
  given: ClientOptions = {},
  overrides: FakeRuntimeOverrides = {},
): Promise<FlagsApiSetup> {
  const server = await startScriptedServer()
  onTestFinished(() => server.close())
  const runtime = createFakeRuntime(overrides)
  const { options } = resolveOptions('phc_test', { host: server.url, ...given })
  const logger = new Logger(runtime, 'debug')
  const calls = { count: 0 }
  const minimal: boolean[] = []
  const stopSignal = new StopSignal()
  const api = new FlagsApi({
    stopSignal: () => stopSignal,
    options,
    runtime,
    library: { id: 'hedgerow-node', version: '1.2.3' },
    logger,
    onCall: () => (calls.count += 1),
    onMinimal: (wanted) => minimal.push(wanted),
  })
  return { api, server, runtime, logger, calls, minimal, ask: (question = {}) => ask(api, question) }
}

/** A subject of whom nothing is known but what the test gives. */
export function subjectOf(given: Partial<FlagSubject> = {}): FlagSubject {
  return { distinctId: 'user_1', groups: {}, personProperties: {}, groupProperties: {}, ...given }
}

function ask(api: FlagsApi, question: Question): Promise<FlagsAnswer> {
  const { disableGeoip = true, flagKeys, timeoutMs = 3000, retries = 0, ...subject } = question
  return api.evaluate({ subject: subjectOf(subject), disableGeoip, flagKeys }, { timeoutMs, retries })
}
