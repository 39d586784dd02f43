import type { DistinctIdAnswer, RequestOptions, Transport } from '@hedgerow/core'
import type { ClientSource } from '@hedgerow/core/adapter'
import type { ArgumentsHost } from '@nestjs/common'

/** What requests of Express and of Fastify have in common, for an application that works on both. */
export interface NestRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Where Passport and most guards put the user. */
  readonly user?: unknown
}

/**
 * Finds the user of a request or message; trusted. Called when the identity is first needed, and again before each later
 * use as long as it has no answer, so that a guard may authenticate.
 *
 * @param request the platform's own; of a gateway or a subscription the one that opened the WebSocket, as Node has it; of
 * microservices one without headers.
 * @param context says what it came by; of everything but HTTP requests it has what guards and filters are given too.
 * @returns the user's id, or nothing for a visitor who is not signed in.
 */
export type NestIdentityResolver<Request = NestRequest> = (
  request: Request,
  context: { readonly transport: Transport; readonly host?: ArgumentsHost },
) => DistinctIdAnswer | Promise<DistinctIdAnswer>

/** Options of the request layer in Nest. */
export type NestRequestOptions<Request = NestRequest> = Omit<RequestOptions<Request>, 'name' | 'identity'> & {
  readonly identity?:
    | (Omit<NonNullable<RequestOptions<Request>['identity']>, 'resolve'> & {
        /** Finds the signed-in user. @default none: visitors are known by their cookie alone */
        readonly resolve?: NestIdentityResolver<Request> | undefined
      })
    | undefined
}

/** Options of `HedgerowModule`. `Request` is the request of the platform, as a guard or a controller sees it. */
export type HedgerowModuleOptions<Request = NestRequest> = ClientSource &
  NestRequestOptions<Request> & {
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
