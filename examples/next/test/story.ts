import type { ReceivedRequest } from 'testkit'

/** An event as either side sends it; posthog-js keeps the id among the properties. */
interface SentEvent {
  readonly event: string
  readonly distinct_id?: string
  readonly timestamp: string
  readonly properties: Readonly<Record<string, unknown>>
}

/** Everything that these requests brought to PostHog, in the order in which it happened. */
export interface Story {
  readonly server: readonly string[]
  readonly browser: readonly string[]
}

/**
 * Each event as a line, such as `$pageview /cart A`: its path, where it has one, and whose it is. Visitors are letters in the
 * order in which they come, and so are they in ids that a test has from elsewhere, by `nameOf`.
 */
export function storyOf(requests: readonly ReceivedRequest[], nameOf: (id: unknown) => string): Story {
  const linesAt = (isPath: (path: string) => boolean) =>
    requests
      .filter(({ path }) => isPath(path))
      .flatMap(({ body }) => sentEvents(body))
      .toSorted((a, b) => a.timestamp.localeCompare(b.timestamp))
      .map(({ event, distinct_id: id, properties }) =>
        [event, properties['$pathname'], nameOf(id ?? properties['distinct_id'])].filter(Boolean).join(' '),
      )
  // The server goes first: nobody has an id before it gave one.
  const server = linesAt((path) => path.startsWith('/batch/'))
  return { server, browser: linesAt((path) => /^\/(?:i\/v0\/)?e\//.test(path)) }
}

/** Gives visitors letters, and users their own name. */
export function visitorNames(): (id: unknown) => string {
  const visitors: unknown[] = []
  return (id) => {
    if (String(id).startsWith('customer_')) return 'user'
    if (!visitors.includes(id)) visitors.push(id)
    return String.fromCharCode(65 + visitors.indexOf(id))
  }
}

function sentEvents(body: unknown): readonly SentEvent[] {
  const { batch } = body as { batch: SentEvent[] } // as both libraries send it
  return batch
}
