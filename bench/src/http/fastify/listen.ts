import type { FastifyInstance } from 'fastify'
import type { AddressInfo } from 'node:net'

/** The type of the route of a product's page. */
export interface ProductRoute {
  readonly Params: { readonly slug: string }
}

/** Listens on a free port of 127.0.0.1. */
export async function listen(app: FastifyInstance): Promise<number> {
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port // a TCP server that listens has an address object
}
