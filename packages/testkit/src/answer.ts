import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

/** What the scripted server does with one request. */
export type Answer =
  | {
      readonly status: number
      /** An object goes out as JSON, a string as it is. */
      readonly body?: unknown
      readonly headers?: Record<string, string>
      /** Real milliseconds to wait before answering. */
      readonly delayMs?: number
    }
  /** Destroy the socket before any answer. */
  | 'disconnect'
  /** Send a 200 status line, headers and a part of the body, then destroy the socket. */
  | 'disconnect-after-headers'
  /** Never answer; the socket stays open until the server stops. */
  | 'hang'
  /** Send a 200 status line and headers, then a body that never ends. */
  | 'hang-body'

/**
 * Carries out one answer.
 *
 * @returns the status that went out, or undefined when none did: by script, or because the client had left.
 */
export async function sendAnswer(response: ServerResponse, answer: Answer): Promise<number | undefined> {
  if (answer === 'hang') return undefined
  if (answer === 'disconnect') {
    response.destroy()
    return undefined
  }
  if (answer === 'disconnect-after-headers' || answer === 'hang-body') {
    sendBeginning(response, answer === 'disconnect-after-headers')
    return 200
  }
  // Without its own reference: a stopped server must not keep the test process alive.
  if (answer.delayMs) await delay(answer.delayMs, undefined, { ref: false })
  if (response.destroyed) return undefined
  const isText = typeof answer.body === 'string'
  response.writeHead(answer.status, {
    ...(answer.body === undefined ? {} : { 'content-type': isText ? 'text/plain' : 'application/json' }),
    ...answer.headers,
  })
  response.end(isText ? answer.body : JSON.stringify(answer.body))
  return answer.status
}

function sendBeginning(response: ServerResponse, disconnect: boolean): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('{"status"', () => {
    if (disconnect) response.destroy()
  })
}
