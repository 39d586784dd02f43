import type { RequestScope } from '@hedgerow/core'
import { factsFromNode, type RequestFacts, type RequestLayer } from '@hedgerow/core/adapter'
import type { ArgumentsHost } from '@nestjs/common'
import { type CallCarrier, carrierOf } from './call-carrier.ts'
import { MessageCarrier } from './message-carrier.ts'
import { noteScope, scopesOn } from './scope-notes.ts'

/** The scopes of all clients for the call of a handler, by name. */
export function scopesOfCall(host: ArgumentsHost): ReadonlyMap<string, RequestScope> {
  const own = scopesOn(host.getArgs())
  return own.size > 0 ? own : scopesOn(carrierOf(host).key)
}

/**
 * Opens the scope of a call that no HTTP request has brought, and notes it on what the call has in common and on its list of
 * arguments, which guards and interceptors share. Of a call that has a scope, that is the one.
 */
export function openCallScope(layer: RequestLayer, host: ArgumentsHost): void {
  const { name } = layer
  const carrier = carrierOf(host)
  if (carrier.transport === 'http' || scopesOn(host.getArgs()).has(name)) return
  const existing = carrier.isKeyShared ? undefined : scopesOn(carrier.key).get(name)
  const scope = existing ?? layer.open(new MessageCarrier(carrier, host), factsOf(carrier), noResponse)
  noteScope(carrier.key, name, scope)
  noteScope(host.getArgs(), name, scope)
}

/** No message has a response that could take a cookie, and it is nobody's mistake that one is lost. */
const noResponse = { beforeHeaders: () => undefined, setCookie: () => true }

function factsOf({ transport, upgrade }: CallCarrier): RequestFacts {
  const headers = upgrade?.headers ?? {}
  const facts = factsFromNode(
    { headers, method: '' },
    { ip: undefined, protocol: undefined, host: headers.host, originalUrl: '' },
  )
  return { ...facts, transport, connection: upgrade }
}
