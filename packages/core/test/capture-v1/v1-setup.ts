import { v1Results } from 'testkit'
import type { Answer, AnswerSource, FakeRuntimeOverrides, ReceivedRequest, V1WireEvent } from 'testkit'
import type { ClientOptions } from '../../src/index.ts'
import { type CaptureSetup, inTime, startCapture } from '../capture/capture-setup.ts'

/** Where capture v1 receives batches. */
export const v1Path = '/i/v1/analytics/events'

/** A client that speaks capture v1, with the contract's settings: large batches, a short timer, three retries, no compression. */
export function startV1(
  options: ClientOptions = {},
  overrides: FakeRuntimeOverrides = {},
): Promise<CaptureSetup> {
  const settings: ClientOptions = {
    captureMode: 'v1',
    flushAt: 100,
    flushInterval: 500,
    fetchRetryCount: 3,
  }
  return startCapture({ ...settings, ...options }, overrides)
}

/** Captures events by name, all of one user. */
export function captureAll({ client }: Pick<CaptureSetup, 'client'>, ...names: string[]): void {
  for (const event of names) client.capture({ event, distinctId: 'user_1' })
}

/** Captures one event and waits until its flush has ended well. */
export async function captureOne(setup: CaptureSetup, message: object = {}): Promise<void> {
  setup.client.capture({ event: 'test_event', distinctId: 'user_1', ...message })
  await inTime(setup.runtime, setup.client.flush())
}

/** Answers v1 batches in turn, then with `ok`, and notes on the fake clock when each request came. */
export function answerV1InTurn(
  { server, runtime }: Pick<CaptureSetup, 'server' | 'runtime'>,
  ...answers: readonly AnswerSource[]
): number[] {
  const arrivals: number[] = []
  server.always(v1Path, (request, index) => {
    arrivals.push(runtime.now())
    const source = answers[index] ?? ((received: ReceivedRequest): Answer => v1Results(received))
    return typeof source === 'function' ? source(request, index) : source
  })
  return arrivals
}

/** An answer with these results, event by event; the last one for all further events. */
export function resultsInOrder(...results: readonly string[]): AnswerSource {
  return (request) => v1Results(request, (_event, index) => results[index] ?? results.at(-1) ?? 'ok')
}

/** The events of each v1 batch. */
export function v1EventsOf(request: ReceivedRequest | undefined): V1WireEvent[] {
  // What the server received is for each test's expectations to judge.
  return (request?.body as { batch: V1WireEvent[] } | undefined)?.batch ?? []
}

/** One header of each v1 request, in order of arrival. */
export function headersNamed({ server }: Pick<CaptureSetup, 'server'>, name: string): unknown[] {
  return server.v1Batches().map((request) => request.headers[name])
}

/** Times between one request and the next. */
export function waitsBetween(arrivals: readonly number[]): number[] {
  return arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? 0))
}

/** What a promise was rejected with. */
export function rejectionOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => Promise.reject(new Error('it did not reject')),
    (error: unknown) => error,
  )
}
