import type { FakeRuntime } from 'testkit'
import type { Fetch, FetchInit, FetchResponse } from '../../src/index.ts'
import { poorResponse, type SentEvent } from '../../test/capture/capture-setup.ts'
import { responseOf, type Take } from './answer.ts'
import type { AnswerFate, Fate } from './fate.ts'
import { type Hostile, made } from './hostile-value.ts'

/** Who watches a server: what arrives, and what the client is being told to have been taken. */
export interface Watcher {
  readonly arrived: (init: FetchInit) => readonly SentEvent[]
  readonly accept: Take
}

/** A server without sockets, whose delays pass on the fake clock. @param nextFate none is success. */
export function serve(runtime: FakeRuntime, watcher: Watcher, nextFate: () => Fate | undefined): Fetch {
  return (url, init) => {
    const events = watcher.arrived(init)
    const fate = nextFate()
    if (!fate) {
      watcher.accept(events)
      return Promise.resolve(poorResponse(200))
    }
    if (fate.kind === 'answer') {
      const isV1 = url.endsWith('/i/v1/analytics/events')
      return afterDelay(runtime, init, fate.delayMs, () => answered(fate, events, watcher.accept, isV1))
    }
    if (fate.kind === 'throws') throw made(fate.value)
    if (fate.kind === 'rejects') return Promise.reject(made(fate.value))
    if (fate.kind === 'answers nonsense') return nonsense(fate.value)
    if (fate.kind === 'hangs and ignores its signal') return new Promise(ignore)
    return afterDelay(runtime, init, undefined, ignore)
  }
}

/** Of capture v0 the status counts, of v1 what the body says. */
function answered(
  fate: AnswerFate,
  events: readonly SentEvent[],
  accept: Take,
  isV1: boolean,
): FetchResponse {
  const take = fate.status >= 200 && fate.status <= 299 ? accept : ignore
  if (!isV1) take(events)
  return responseOf(fate, events, isV1 ? take : ignore)
}

/** @param delayMs undefined: never. */
function afterDelay(
  runtime: FakeRuntime,
  { signal }: FetchInit,
  delayMs: number | undefined,
  answer: () => FetchResponse | void,
): Promise<FetchResponse> {
  return new Promise((resolve, reject) => {
    const act = () => resolve(answer() ?? poorResponse(500))
    if (delayMs === 0) return act()
    const timer = delayMs === undefined ? undefined : runtime.setTimeout(act, delayMs)
    signal.addEventListener('abort', () => {
      runtime.clearTimeout(timer)
      reject(new Error('aborted'))
    })
  })
}

/** Any answer without a status; one with a status would be an answer. */
async function nonsense(value: Hostile): Promise<FetchResponse> {
  const answer = made(value)
  const hasStatus = typeof answer === 'object' && answer !== null && 'status' in answer
  return (hasStatus ? undefined : answer) as FetchResponse
}

function ignore(): void {}
