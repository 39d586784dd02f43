import type { ConsentResolver, IdentityResolver, RequestOptions, Transport } from '@hedgerow/core'
import type { ArgumentsHost } from '@nestjs/common'
import type { CallCarrier } from './call-carrier.ts'
import type { NestIdentityResolver, NestRequest, NestRequestOptions } from './hedgerow.options.ts'

/** What the scope of a message belongs to. */
export class MessageCarrier {
  readonly transport: Transport | undefined
  readonly request: NestRequest
  readonly host: ArgumentsHost

  constructor({ transport, upgrade }: CallCarrier, host: ArgumentsHost) {
    this.transport = transport
    // Node's type knows that method and URL may be missing, which they are in responses alone.
    this.request = upgrade ? (upgrade as NestRequest) : { method: '', url: '', headers: {} }
    this.host = host
  }
}

/** The application's resolvers, as the request layer calls them for requests and messages. */
export function resolversOf({
  identity,
  consent,
}: NestRequestOptions): Pick<RequestOptions, 'identity' | 'consent'> {
  return {
    identity: identity && { ...identity, resolve: identityOf(identity.resolve) },
    consent: consent && { ...consent, resolve: consentOf(consent.resolve) },
  }
}

function identityOf(resolve: NestIdentityResolver | undefined): IdentityResolver<unknown> | undefined {
  if (typeof resolve !== 'function') return resolve // what it is instead, the options are refused for
  return (carrier, { transport }) => {
    if (!(carrier instanceof MessageCarrier)) return resolve(carrier as NestRequest, { transport })
    const { request, host } = carrier
    return carrier.transport && resolve(request, { transport, host })
  }
}

/** Whoever sends messages between services has no browser that could be asked. */
function consentOf(resolve: ConsentResolver<NestRequest> | undefined): ConsentResolver<unknown> | undefined {
  if (typeof resolve !== 'function') return resolve
  return (carrier) => {
    if (!(carrier instanceof MessageCarrier)) return resolve(carrier as NestRequest)
    return carrier.transport === 'websocket' ? resolve(carrier.request) : undefined
  }
}
