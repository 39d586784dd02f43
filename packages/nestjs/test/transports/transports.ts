import { ClientProxyFactory, Transport as Protocol } from '@nestjs/microservices'
import { createClient } from 'graphql-ws'
import { firstValueFrom } from 'rxjs'
import { io } from 'socket.io-client'
import { send } from 'testkit'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { Action } from './handlers.ts'

/** Where a site can be reached. */
interface Address {
  readonly url: string
  readonly tcpPort: number
}

/** What a client sends along: headers of its request or of its upgrade, and a payload. */
export interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  readonly payload?: unknown
}

/** What a client is given: the handler's answer, or the error as it comes. */
export interface Answer {
  readonly text?: unknown
  readonly error?: unknown
}

/** A way to reach the handlers of a site. */
export interface Transport {
  readonly name: string
  /** The kind of WebSockets that the site must have. @default socket.io */
  readonly needs?: 'ws'
  /** Undefined where nobody answers. */
  call(site: Address, action: Action, sent?: Sent): Promise<Answer | undefined>
}

const http: Transport = {
  name: 'HTTP',
  async call({ url }, action, { headers = {} } = {}) {
    const { status, body } = await send(`${url}/rest/${action}`, { headers })
    return status === 200 ? { text: body } : { error: JSON.parse(body) }
  },
}

const graphql = (operation: 'query' | 'mutation'): Transport => ({
  name: `GraphQL ${operation}`,
  async call({ url }, action, { headers = {}, payload = null } = {}) {
    const query = `${operation} ($payload: Payload) { ${action}(payload: $payload) }`
    const { body } = await send(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables: { payload } }),
    })
    return answerOf(action, JSON.parse(body) as GraphqlResult)
  },
})

const subscription: Transport = {
  name: 'GraphQL subscription',
  async call({ url }, action, { headers = {}, payload = null } = {}) {
    class WebSocketWithHeaders extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, { headers })
      }
    }
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocketWithHeaders,
      connectionParams: isRecord(payload) ? payload : {},
      retryAttempts: 0,
    })
    const query = `subscription ($payload: Payload) { ${action}(payload: $payload) }`
    try {
      const { value } = await client.iterate({ query, variables: { payload } }).next()
      return answerOf(action, value as GraphqlResult)
    } catch (errors) {
      return { error: (errors as unknown[])[0] }
    } finally {
      await client.dispose()
    }
  },
}

const wsGateway: Transport = { name: 'gateway of ws', needs: 'ws', call: callByWs }

const socketIoGateway: Transport = { name: 'gateway of socket.io', call: callBySocketIo }

/** Hangs up when the test is over: Nest 11 says nothing of exceptions to such a client. */
function callByWs({ url }: Address, action: Action, { headers = {}, payload = {} }: Sent = {}) {
  const socket = new WebSocket(url.replace('http', 'ws'), { headers })
  onTestFinished(() => socket.terminate())
  return new Promise<Answer>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => socket.send(JSON.stringify({ event: action, data: payload })))
    socket.once('message', (bytes: Buffer) => {
      const { event, data } = JSON.parse(bytes.toString()) as { event: string; data: unknown }
      resolve(event === 'answer' ? { text: data } : { error: data })
    })
  })
}

async function callBySocketIo({ url }: Address, action: Action, { headers = {}, payload = {} }: Sent = {}) {
  const socket = io(url, { transports: ['websocket'], extraHeaders: headers, forceNew: true })
  try {
    return await new Promise<Answer>((resolve, reject) => {
      socket.once('connect_error', reject)
      socket.once('answer', (text: unknown) => resolve({ text }))
      socket.once('exception', (error: unknown) => resolve({ error }))
      socket.emit(action, payload)
    })
  } finally {
    socket.disconnect()
  }
}

const request: Transport = {
  name: 'microservice request',
  call: (site, action, { payload = {} } = {}) =>
    withTcpClient(site, async (client) => {
      try {
        return { text: await firstValueFrom(client.send(action, payload)) }
      } catch (error) {
        return { error }
      }
    }),
}

const event: Transport = {
  name: 'microservice event',
  call: (site, action, { payload = {} } = {}) =>
    withTcpClient(site, async (client) => {
      await firstValueFrom(client.emit(`event ${action}`, payload), { defaultValue: undefined })
      return undefined
    }),
}

async function withTcpClient<T>(
  { tcpPort }: Address,
  use: (client: ReturnType<typeof ClientProxyFactory.create>) => Promise<T>,
): Promise<T> {
  const options = { host: '127.0.0.1', port: tcpPort }
  const client = ClientProxyFactory.create({ transport: Protocol.TCP, options })
  try {
    return await use(client)
  } finally {
    await client.close()
  }
}

interface GraphqlResult {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly unknown[]
}

function answerOf(action: Action, { data, errors }: GraphqlResult): Answer {
  return errors ? { error: errors[0] } : { text: data?.[action] }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** Those whose client has headers: a browser, or what acts like one. */
export const browserTransports: readonly Transport[] = [
  ...[http, graphql('query'), graphql('mutation'), subscription, wsGateway, socketIoGateway],
]

/** Those of other services, whose user the payload names. */
export const serviceTransports: readonly Transport[] = [request, event]
