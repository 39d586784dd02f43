import type { RequestScope } from '@hedgerow/core'
import { createNotes, onceEnded, watchNodeResponse } from '@hedgerow/core/adapter'
import { basePath } from './application-routes.ts'
import type { PagesCall } from './handler-call.ts'
import type { MountedClient } from './mounted-client.ts'
import { factsOfNode, visitOfNode } from './node-visit.ts'

/** Runs functions of the Pages Router in the scope of their request. */
export class PagesRunner {
  readonly #mounted: MountedClient
  readonly #ofRequests = createNotes<RequestScope>()
  readonly #opened = createNotes<true>()

  constructor(mounted: MountedClient) {
    this.#mounted = mounted
  }

  run(call: PagesCall, handle: () => unknown): unknown {
    return (this.#ofRequests.get(call.request) ?? this.#open(call)).run(handle)
  }

  /** Whether a scope is of a request to the Pages Router, which Next.js shows to nobody but its handler. */
  hasOpened(scope: RequestScope): boolean {
    return this.#opened.get(scope) === true
  }

  #open({ request, response: given, url }: PagesCall): RequestScope {
    // In development Next.js gives a stand-in that warns of each look at it once the properties are there; what a method of it
    // returns is the response itself.
    const response = given.off('close', ignore)
    const visit = visitOfNode(request)
    const { layer } = this.#mounted.current
    // The proxy has counted the page, if it is one.
    const watch = watchNodeResponse(response, {
      now: layer.now,
      readRoute: () => undefined,
      pageview: false,
    })
    const path = basePath() + url
    const scope = this.#mounted.open(visit, (ip) => factsOfNode(request, visit, path, ip), watch)
    this.#ofRequests.set(request, scope)
    this.#opened.set(scope, true)
    onceEnded(response, () => scope.end(watch.facts()))
    return scope
  }
}

function ignore(): void {}
