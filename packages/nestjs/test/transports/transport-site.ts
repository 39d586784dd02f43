import type { Type } from '@nestjs/common'
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import { GraphQLModule } from '@nestjs/graphql'
import { type MicroserviceOptions, Transport as Protocol } from '@nestjs/microservices'
import { IoAdapter } from '@nestjs/platform-socket.io'
import { WsAdapter } from '@nestjs/platform-ws'
import type { AddressInfo } from 'node:net'
import type { WireEvent } from '../../src/index.ts'
import type { Platform } from '../platforms.ts'
import { type SiteParts, startSite, type TestSite } from '../test-site.ts'
import { typeDefs } from './handlers.ts'
import type { Transport } from './transports.ts'

/** A site that serves every transport. */
export interface TransportSite extends TestSite {
  /** Where its microservice listens. */
  readonly tcpPort: number
  /** What the client has queued so far, in order. */
  readonly captured: readonly WireEvent[]
  /** Waits for an event. */
  waitFor(event: string): Promise<WireEvent>
}

/** Starts a site that serves what a transport needs, and the others as far as they go with that. */
export async function startTransportSite(
  platform: Platform,
  { needs }: Pick<Transport, 'needs'>,
  parts: SiteParts,
): Promise<TransportSite> {
  let microservice: { unwrap<T>(): T } | undefined
  const graphql = GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver as Type<ApolloDriver>,
    typeDefs,
    subscriptions: { 'graphql-ws': true },
    playground: false,
  })
  const site = await startSite(platform, {
    ...parts,
    imports: [graphql, ...(parts.imports ?? [])],
    prepare: async (app) => {
      // That of ws hangs up on the upgrades of GraphQL, which are not its own.
      app.useWebSocketAdapter(needs === 'ws' ? new WsAdapter(app) : new IoAdapter(app))
      const tcp = { transport: Protocol.TCP, options: { port: 0, host: '127.0.0.1' } } as const
      microservice = app.connectMicroservice<MicroserviceOptions>(tcp, { inheritAppConfig: true })
      await app.startAllMicroservices()
      await parts.prepare?.(app)
    },
  })
  const captured: WireEvent[] = []
  site.client.on('capture', (event) => captured.push(event as WireEvent))
  return {
    ...site,
    tcpPort: portOf(microservice),
    captured,
    async waitFor(name) {
      const find = () => captured.find(({ event }) => event === name)
      await site.posthog.waitFor(() => find() !== undefined)
      return find() as WireEvent
    },
  }
}

function portOf(microservice: { unwrap<T>(): T } | undefined): number {
  const server = microservice?.unwrap<{ address(): AddressInfo }>()
  if (!server) throw new Error('the microservice does not listen')
  return server.address().port
}
