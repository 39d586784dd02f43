import { IncomingMessage } from 'node:http'
import type { Transport } from '@hedgerow/core'
import type { ArgumentsHost } from '@nestjs/common'
import { scopesOn } from './scope-notes.ts'
import { upgradeRequestOf } from './upgrade-requests.ts'

/** What one call of a handler came by, and who can say whose it is. */
export interface CallCarrier {
  /** Undefined for one that is not known here: nobody is asked who the visitor is then. */
  readonly transport: Transport | undefined
  /** What guards, interceptors, parameters and filters of the call have in common: its scopes are noted on it. */
  readonly key: object
  /** Whether later calls have the same key. */
  readonly isKeyShared: boolean
  /** The request whose headers and cookies hint at the visitor, with which its WebSocket was opened. */
  readonly upgrade: IncomingMessage | undefined
}

/**
 * Finds out what a call came by. Headers and cookies are those of real requests alone: what a message says, and what a
 * client said when it connected, is data of whoever sent it.
 */
export function carrierOf(host: ArgumentsHost): CallCarrier {
  const args: readonly unknown[] = host.getArgs()
  switch (host.getType<string>()) {
    case 'http':
      return { transport: 'http', ...callKey(args), upgrade: undefined }
    case 'graphql':
      return carrierOfGraphql(args)
    case 'ws':
      return carrierOfGateway(args)
    case 'rpc':
      // A context is made for every message; the data may be a text.
      return { transport: 'rpc', ...callKey([args[1], args[0], args]), upgrade: undefined }
    default:
      // What another library passes may live longer than the call.
      return {
        transport: undefined,
        ...callKey([...args, args]),
        isKeyShared: true,
        upgrade: undefined,
      }
  }
}

/** Queries and mutations come by a request that has scopes already; subscriptions by a WebSocket. */
function carrierOfGraphql(args: readonly unknown[]): CallCarrier {
  // Reference resolvers and type resolvers are given no arguments of the query.
  const context = args.length === 3 ? args[1] : (args[2] ?? args[1])
  const requests = requestsIn(context)
  const request = requests.find((request) => scopesOn(request).size > 0)
  if (request) return { transport: 'http', key: request, isKeyShared: false, upgrade: undefined }
  const upgrade = requests.find((request) => request instanceof IncomingMessage)
  return { transport: 'websocket', ...callKey([context, args]), upgrade }
}

/** Where Apollo, Mercurius and graphql-ws have the request in their contexts. */
function requestsIn(context: unknown): object[] {
  const holders = [context, memberOf(context, 'req'), memberOf(context, 'reply')]
  const found = holders.flatMap((holder) => [
    memberOf(holder, 'req'),
    memberOf(holder, 'request'),
    memberOf(memberOf(holder, 'extra'), 'request'),
  ])
  return [...found, ...found.map((request) => memberOf(request, 'raw'))].filter(isObject)
}

/** Of a client only its connection is known; a message has something of its own where its data is no primitive value. */
function carrierOfGateway([client, ...args]: readonly unknown[]): CallCarrier {
  const upgrade = upgradeRequestOf(client)
  const own = args.find(isObject)
  return {
    transport: 'websocket',
    ...callKey([own, client, args]),
    isKeyShared: own === undefined,
    upgrade: upgrade instanceof IncomingMessage ? upgrade : undefined,
  }
}

function callKey(candidates: readonly unknown[]): Pick<CallCarrier, 'key' | 'isKeyShared'> {
  return { key: candidates.find(isObject) ?? candidates, isKeyShared: false }
}

function memberOf(holder: unknown, name: string): unknown {
  return isObject(holder) ? Reflect.get(holder, name) : undefined
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
