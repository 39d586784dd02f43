import { createServer, type RequestListener } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

/** A small shop, one per framework and library, that listens on 127.0.0.1. */
export interface App {
  readonly port: number
  /** Sends every event that was captured so far. */
  flush(): Promise<unknown>
}

/** A module that starts one. */
export interface AppModule {
  /** @param host where events go, such as `http://127.0.0.1:8000` */
  start(host: string): Promise<App>
}

/** Listens on a free port of 127.0.0.1. */
export async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port // a TCP server that listens has an address object
}

/** For apps that capture nothing. */
export async function nothing(): Promise<void> {}
