import type { ClientOptions, Hedgerow, IngestProxyOptions, RequestOptions } from '@hedgerow/core'

/** What the resolver is given: the request, as much of it as route handlers, server components and the proxy all see. */
export interface NextVisit {
  readonly headers: Pick<Headers, 'get' | 'has'>
}

/** What every application may set, whoever makes the client. */
export interface NextSettings extends RequestOptions<NextVisit> {
  /**
   * Reads the visitor's address from a header that your platform sets, such as `x-real-ip`, and that visitors cannot:
   * Next.js has no setting that says whom to trust. @default none: PostHog learns no address and guesses no place
   */
  readonly clientIp?: ((headers: NextVisit['headers']) => string | null | undefined) | undefined
  /** Of `ingest`; where it is mounted is for the folder of its route to say. */
  readonly ingest?: Omit<IngestProxyOptions, 'pathPrefix'> | undefined
  /** The folder of the build, as in `next.config`, for `register`. @default '.next' */
  readonly distDir?: string | undefined
}

/** Options with a client, which whoever created it shuts down. */
export interface WithClient extends NextSettings {
  readonly client: Hedgerow
}

/** Options with those of a client, which is made once in a process. */
export interface WithToken extends NextSettings, ClientOptions {
  /**
   * Project token; missing everywhere gives a client that does nothing, after one logged line. @default the
   * environment's POSTHOG_KEY, else NEXT_PUBLIC_POSTHOG_KEY
   */
  readonly token?: string | undefined
  /** @default the environment's POSTHOG_HOST, else NEXT_PUBLIC_POSTHOG_HOST, else 'https://us.i.posthog.com' */
  readonly host?: string | undefined
  readonly client?: undefined
}

/** Options of `createHedgerow`. */
export type HedgerowNextOptions = WithClient | WithToken

/** Spelled out, because builds put the public ones in by their full names. */
export function tokenFrom(given: string | undefined): string | undefined {
  return given ?? process.env.POSTHOG_KEY ?? process.env.NEXT_PUBLIC_POSTHOG_KEY
}

/** As `tokenFrom`. */
export function hostFrom(given: string | undefined): string | undefined {
  return given ?? process.env.POSTHOG_HOST ?? process.env.NEXT_PUBLIC_POSTHOG_HOST
}
