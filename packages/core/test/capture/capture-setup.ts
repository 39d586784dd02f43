import { createFakeRuntime, startScriptedServer } from 'testkit'
import type { Answer, FakeRuntime, FakeRuntimeOverrides, ReceivedRequest, ScriptedServer } from 'testkit'
import { onTestFinished } from 'vitest'
import { HedgerowClient } from '../../src/index.ts'
import type { ClientOptions, Fetch, FetchInit, FetchResponse } from '../../src/index.ts'

/** The project token of these tests' clients. */
export const token = 'phc_capture_test'

/** A client, the server it talks to, and the clock and log it uses. */
export interface CaptureSetup {
  readonly client: HedgerowClient
  readonly server: ScriptedServer
  readonly runtime: FakeRuntime
  /** Arguments of every `onError` call. */
  readonly errors: { status: number; message: string; error: unknown }[]
}

/** A client on a real server over loopback, its time in the test's hands; the server ends with the test. */
export async function startCapture(
  options: ClientOptions = {},
  overrides: FakeRuntimeOverrides = {},
): Promise<CaptureSetup> {
  const server = await startScriptedServer()
  onTestFinished(() => server.close())
  const runtime = createFakeRuntime(overrides)
  const errors: CaptureSetup['errors'] = []
  const client = new HedgerowClient(token, {
    host: server.url,
    runtime,
    disableCompression: true,
    onError: (status, message, error) => errors.push({ status, message, error }),
    ...options,
  })
  return { client, server, runtime, errors }
}

/** A client whose requests a function of the test answers, without a socket. */
export function captureThrough(
  fetch: Fetch,
  options: ClientOptions = {},
  overrides: FakeRuntimeOverrides = {},
): Omit<CaptureSetup, 'server'> {
  const runtime = createFakeRuntime(overrides)
  const errors: CaptureSetup['errors'] = []
  const client = new HedgerowClient(token, {
    host: 'http://127.0.0.1:8010',
    runtime,
    fetch,
    disableCompression: true,
    onError: (status, message, error) => errors.push({ status, message, error }),
    ...options,
  })
  return { client, runtime, errors }
}

/** A `fetch` whose requests wait until the test answers them. */
export function createHeldFetch(): {
  readonly fetch: Fetch
  /** Requests without an answer, oldest first. */
  readonly held: { readonly events: readonly string[]; answer(status: number): void }[]
} {
  const held: ReturnType<typeof createHeldFetch>['held'] = []
  const fetch: Fetch = (_url, init) =>
    new Promise((resolve) => {
      const request = {
        events: sentIn(init).map(({ event }) => event),
        answer(status: number) {
          held.splice(held.indexOf(request), 1)
          resolve(poorResponse(status))
        },
      }
      held.push(request)
    })
  return { fetch, held }
}

/** As little of a response as mocks in users' tests have. */
export function poorResponse(status: number): FetchResponse {
  return { status, json: async () => ({}), text: async () => '' }
}

/** The events of an uncompressed request. */
export function sentIn(init: FetchInit): SentEvent[] {
  // What the client sent is for each test's expectations to judge.
  return (JSON.parse(String(init.body)) as { batch: SentEvent[] }).batch
}

/** Moves the clock until the work is done, a minute at most, and hands on how it ended. */
export async function inTime<T>(runtime: FakeRuntime, work: Promise<T>): Promise<T> {
  const state = { done: false }
  const end = () => {
    state.done = true
  }
  work.then(end, end)
  for (let step = 0; step < 60 && !state.done; step += 1) {
    await runtime.settle()
    if (!state.done) await runtime.advance(Math.min(1000, runtime.nextTimerDelayMs ?? 1000))
  }
  if (!state.done) throw new Error('the work did not end within 60 steps of the clock')
  return work
}

/** Answers batches in turn, the last answer again and again, and notes on the fake clock when each request came. */
export function answerInTurn(
  { server, runtime }: Pick<CaptureSetup, 'server' | 'runtime'>,
  ...answers: readonly Answer[]
): number[] {
  const arrivals: number[] = []
  server.always('/batch/', (_request, index) => {
    arrivals.push(runtime.now())
    return answers[Math.min(index, answers.length - 1)] ?? { status: 200 }
  })
  return arrivals
}

/** Names of the events of each batch, in order of arrival. */
export function namesOf(batches: readonly ReceivedRequest[]): string[][] {
  return batches.map((request) => eventsOf(request).map(({ event }) => event))
}

/** The events of one batch. */
export function eventsOf(request: ReceivedRequest | undefined): SentEvent[] {
  // What the server received is for each test's expectations to judge.
  return (request?.body as { batch: SentEvent[] } | undefined)?.batch ?? []
}

/** An event as a server receives it. */
export interface SentEvent {
  readonly event: string
  readonly distinct_id: string
  readonly uuid: string
  readonly timestamp: string
  readonly properties: Readonly<Record<string, unknown>>
}

/** Lines logged at `warn` and above, with their level. */
export function alertsOf(runtime: FakeRuntime): string[] {
  return runtime.lines
    .filter(({ level }) => level === 'warn' || level === 'error')
    .map(({ level, line }) => `${level} ${line}`)
}
