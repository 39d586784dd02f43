import type { RequestOptions } from '@hedgerow/core'
import type { ClientSource } from '@hedgerow/core/adapter'

/** What requests of Express and of Fastify have in common, for an application that works on both. */
export interface NestRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Where Passport and most guards put the user. */
  readonly user?: unknown
}

/** Options of `HedgerowModule`. `Request` is the request of the platform, as a guard or a controller sees it. */
export type HedgerowModuleOptions<Request = NestRequest> = ClientSource &
  Omit<RequestOptions<Request>, 'name'> & {
    /** Milliseconds for the last requests to end and for sending what is left, when the application closes. @default 2000 */
    readonly shutdownTimeoutMs?: number | undefined
  }

/** Options that have to be known before a factory runs; they stand beside `useFactory`, not in what it returns. */
export interface HedgerowModuleExtras {
  /** Whether the client can be injected in every module without importing this one there. @default false */
  isGlobal?: boolean
  /**
   * Property of requests that holds the scope, and what `@InjectHedgerow(name)` asks for; a second client needs its own.
   * @default 'hedgerow'
   */
  name?: string
}

/** What a class for `useClass` and `useExisting` of `forRootAsync` has. */
export interface HedgerowOptionsFactory {
  createHedgerowOptions(): HedgerowModuleOptions | Promise<HedgerowModuleOptions>
}
