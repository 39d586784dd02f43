import type { IncomingMessage, ServerResponse } from 'node:http'
import { AnswerScript, endpointOf } from './answer-script.ts'
import type { AnswerSource } from './answer-script.ts'
import { sendAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import { ConditionWatch } from './condition-watch.ts'
import { allowCrossOrigin } from './cross-origin.ts'
import { flagsAnswer } from './flags-answer.ts'
import type { ScriptedFlag } from './flags-answer.ts'
import { startLoopbackListener } from './loopback-listener.ts'
import { receiveRequest } from './received-request.ts'
import type { ReceivedRequest } from './received-request.ts'
import { v1EventsAcceptedBy, v1Results } from './v1-answer.ts'
import type { V1WireEvent } from './v1-wire-event.ts'
import { wireEventsOf } from './wire-event.ts'
import type { WireEvent } from './wire-event.ts'

const CAPTURE_V1 = '/i/v1/analytics/events'
const WAIT_TIMEOUT_MS = 15_000

/**
 * A PostHog-protocol server that a test drives. Unless told otherwise it accepts every batch, answers
 * flag requests from `flags`, and has a 404 for the rest.
 */
export interface ScriptedServer {
  /** `http://127.0.0.1:PORT`, the same after a restart. */
  readonly url: string
  /** All complete requests, in order of arrival, answered or not. */
  readonly requests: ReceivedRequest[]
  /** The requests to `/batch/`. */
  batches(): ReceivedRequest[]
  /** The events of every such batch whose answer began with a 2xx status line, in order of the batches' arrival. */
  events(): WireEvent[]
  /** The requests to `/i/v1/analytics/events`. */
  v1Batches(): ReceivedRequest[]
  /**
   * The events of every capture v1 batch whose answer began with a 2xx status line, without those that it called
   * `retry` or `drop`, in order of the batches' arrival.
   */
  v1Events(): V1WireEvent[]
  /** The requests to `/flags/`. */
  flagCalls(): ReceivedRequest[]
  /** Queues answers for a path, first in, first out; its default answer comes back when they are used up. */
  answer(path: string, ...answers: AnswerSource[]): void
  /** Replaces the default answer of a path, which is compared without query and trailing slash. */
  always(path: string, answer: AnswerSource): void
  /** What the default answer to a flags request says; change it or replace it at any time. */
  flags: Record<string, ScriptedFlag>
  /**
   * Resolves once the condition holds, rejects at the timeout with what the server has seen. Looked at on
   * every request and answer, and often in between, so it may also read the client's state.
   *
   * @param timeoutMs real milliseconds, 5000 unless given
   */
  waitFor(condition: () => boolean, timeoutMs?: number): Promise<void>
  /** Stops listening and destroys every connection: clients get ECONNREFUSED until `restart`. */
  stop(): Promise<void>
  /** Listens again on the same port. */
  restart(): Promise<void>
  /** Ends the server for good; harmless when repeated. */
  close(): Promise<void>
}

/**
 * Starts a server on a free port of 127.0.0.1. Whoever starts it closes it.
 *
 * @example
 * const server = await startScriptedServer()
 * server.answer('/batch/', { status: 503 }, 'disconnect')
 * // … two failures, then success …
 * await server.waitFor(() => server.events().length === 1)
 */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const script = new AnswerScript()
  const watch = new ConditionWatch()
  const requests: ReceivedRequest[] = []
  const answers = new Map<ReceivedRequest, Answer>()
  const statuses = new Map<ReceivedRequest, number>()

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!script.isQueued(message.url ?? '/') && allowCrossOrigin(message, response)) return
    const request = await receiveRequest(message)
    requests.push(request)
    watch.announce()
    const answer = script.next(request)
    answers.set(request, answer)
    const status = await sendAnswer(response, answer)
    if (status !== undefined) statuses.set(request, status)
    watch.announce()
  }

  const listener = await startLoopbackListener((message, response) => {
    // A client that hangs up while it sends is an ordinary event here: nothing to record, nobody to answer.
    serve(message, response).catch(() => response.destroy())
  })
  const to = (endpoint: string) => requests.filter((request) => endpointOf(request.path) === endpoint)
  const acceptedAt = (endpoint: string) => to(endpoint).filter((request) => isSuccess(statuses.get(request)))

  const server: ScriptedServer = {
    url: `http://127.0.0.1:${listener.port}`,
    requests,
    flags: {},
    batches: () => to('/batch'),
    flagCalls: () => to('/flags'),
    events: () => acceptedAt('/batch').flatMap((request) => wireEventsOf(request.body)),
    v1Batches: () => to(CAPTURE_V1),
    v1Events: () =>
      acceptedAt(CAPTURE_V1).flatMap((request) => v1EventsAcceptedBy(answers.get(request), request)),
    answer: (path, ...answers) => script.enqueue(path, answers),
    always: (path, answer) => script.setDefault(path, answer),
    waitFor: (condition, timeoutMs = WAIT_TIMEOUT_MS) =>
      watch.waitFor(condition, timeoutMs, () => summaryOf(requests, statuses)),
    stop: () => listener.stop(),
    restart: () => listener.restart(),
    close: () => listener.stop(),
  }
  server.always('/batch/', { status: 200, body: { status: 1 } })
  server.always(CAPTURE_V1, (request) => v1Results(request))
  server.always('/flags/', ({ body }) => ({ status: 200, body: flagsAnswer(server.flags, body) }))
  return server
}

function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300
}

function summaryOf(
  requests: readonly ReceivedRequest[],
  statuses: ReadonlyMap<ReceivedRequest, number>,
): string {
  if (requests.length === 0) return 'the server got no request'
  const lines = requests.map((request) => {
    const events = wireEventsOf(request.body).map(({ event }) => event)
    const carried = events.length === 0 ? '' : ` [${events.join(', ')}]`
    return `${request.method} ${endpointOf(request.path)}${carried} → ${statuses.get(request) ?? 'no answer'}`
  })
  return `the server got ${requests.length}: ${lines.join('; ')}`
}
