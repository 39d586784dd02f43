import type { DistinctIdAnswer, IdentityResolver } from '@hedgerow/core'
import { createNotes } from '@hedgerow/core/adapter'
import { isControlFlow } from './control-flow.ts'
import type { NextVisit } from './next-options.ts'

type Answer = DistinctIdAnswer | Promise<DistinctIdAnswer>

/** The application's resolver, asked at most once for each visit, whoever wants to know. */
export class Resolver {
  readonly #resolve: IdentityResolver<NextVisit> | undefined
  readonly #answers = createNotes<Answer>()

  constructor(resolve: IdentityResolver<NextVisit> | undefined) {
    this.#resolve = resolve
  }

  /** For the request layer, which says what is wrong with an answer. */
  get answer(): IdentityResolver<NextVisit> | undefined {
    const resolve = this.#resolve
    if (typeof resolve !== 'function') return resolve // what it is instead, the options are refused for
    return (visit, context) => {
      const known = this.#answers.get(visit)
      if (known !== undefined) return known
      const answer = resolve(visit, context)
      this.#answers.set(visit, answer ?? null)
      return answer
    }
  }

  /** Waits until it is known who the visitor is. @throws what Next.js means by an error, such as a redirect of the resolver. */
  async settled(visit: NextVisit): Promise<void> {
    try {
      await this.answer?.(visit, { transport: 'http' })
    } catch (error) {
      if (isControlFlow(error)) throw error
    }
  }
}
