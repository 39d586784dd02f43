import type { Answer } from './answer.ts'
import type { ReceivedRequest } from './received-request.ts'

/** A fixed answer, or one made from the request and its zero-based number among those to the same path. */
export type AnswerSource = Answer | ((request: ReceivedRequest, index: number) => Answer)

/** Which answer comes next on each path: queued ones first, then the path's default, else a 404. */
export class AnswerScript {
  readonly #queues = new Map<string, AnswerSource[]>()
  readonly #defaults = new Map<string, AnswerSource>()
  readonly #counts = new Map<string, number>()

  enqueue(path: string, answers: readonly AnswerSource[]): void {
    const key = endpointOf(path)
    this.#queues.set(key, [...(this.#queues.get(key) ?? []), ...answers])
  }

  setDefault(path: string, answer: AnswerSource): void {
    this.#defaults.set(endpointOf(path), answer)
  }

  /** Whether the next answer on a path is a queued one. */
  isQueued(path: string): boolean {
    return (this.#queues.get(endpointOf(path)) ?? []).length > 0
  }

  next(request: ReceivedRequest): Answer {
    const key = endpointOf(request.path)
    const index = this.#counts.get(key) ?? 0
    this.#counts.set(key, index + 1)

    const source = this.#queues.get(key)?.shift() ?? this.#defaults.get(key)
    if (source === undefined) return { status: 404, body: { error: `nothing is scripted for ${key}` } }
    return typeof source === 'function' ? source(request, index) : source
  }
}

/** The part of a path that scripts go by: without query and trailing slash. */
export function endpointOf(path: string): string {
  const [pathname = ''] = path.split('?')
  return pathname.length > 1 && pathname.endsWith('/') ? pathname.slice(0, -1) : pathname
}
