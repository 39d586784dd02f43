import { HedgerowError, type RequestScope } from '@hedgerow/core'
import { createNotes, factsFromWebHeaders } from '@hedgerow/core/adapter'
import { cookies, headers } from 'next/headers.js'
import { connection } from 'next/server.js'
import type { MountedClient } from './mounted-client.ts'
import type { NextVisit } from './next-options.ts'
import { PagesRunner } from './run-pages.ts'
import { storeCookie } from './store-cookie.ts'

/** Finds the scope of the request that a server component, action or handler runs for. */
export class CurrentScope {
  readonly ofPages: PagesRunner
  readonly #mounted: MountedClient
  /** Next.js has one headers object for a request, which all that it renders shares. */
  readonly #scopes = createNotes<RequestScope>()

  constructor(mounted: MountedClient) {
    this.#mounted = mounted
    this.ofPages = new PagesRunner(mounted)
  }

  readonly find = async (): Promise<RequestScope> => {
    const { client } = this.#mounted.current
    const running = client.scope()
    if (running && this.ofPages.hasOpened(running)) return this.#mounted.ready(running)
    // Asked before anything else of the App Router: it is what makes a page dynamic, and what Next.js refuses where an answer would be cached for others.
    const requestHeaders = await headersOfRequest()
    const scope = running ?? this.#scopes.get(requestHeaders) ?? (await this.#open(requestHeaders))
    return this.#mounted.ready(scope)
  }

  async #open(requestHeaders: NextVisit['headers'] & object): Promise<RequestScope> {
    const store = await cookies()
    // Others may have opened it meanwhile.
    const existing = this.#scopes.get(requestHeaders)
    if (existing) return existing
    const scope = this.#mounted.open(
      { headers: requestHeaders },
      (ip) => factsFromWebHeaders(requestHeaders, ip),
      { beforeHeaders: () => undefined, setCookie: (line) => storeCookie(store, line) },
    )
    this.#scopes.set(requestHeaders, scope)
    return scope
  }
}

/** @throws what Next.js throws where it would cache an answer for others, and `scope-missing` where no request is. */
async function headersOfRequest(): ReturnType<typeof headers> {
  try {
    const ofRequest = await headers()
    // A page may be rendered ahead of a visit too, with the headers of whoever is expected: that waits for their coming.
    await connection()
    return ofRequest
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('outside a request scope'))) throw error
    throw new HedgerowError(
      'scope-missing',
      'hedgerow() was called where there is no request; call it in server components, actions and route handlers, or below withHedgerow() in the Pages Router, and keep its scope for work that goes on after them',
      { cause: error },
    )
  }
}
