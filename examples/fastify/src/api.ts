import type { FastifyInstance } from 'fastify'
import { bookById, catalogue } from './catalogue.ts'
import type { Loans } from './loans.ts'

/** The library for programs. Its answers are no pages, so nothing is counted; its visitors are the same as those of the pages. */
export async function api(app: FastifyInstance, { loans }: { loans: Loans }): Promise<void> {
  app.get('/books', async () => ({ books: catalogue }))

  app.get<{ Params: { id: string } }>('/books/:id', async (request, reply) => {
    const book = bookById(request.params.id)
    return book ? { ...book, isLent: loans.isLent(book.id) } : reply.callNotFound()
  })

  app.get('/me', async ({ hedgerow }) => {
    const flags = await hedgerow.flags.load()
    return {
      distinctId: hedgerow.distinctId,
      knownFrom: hedgerow.identitySource,
      flags: Object.fromEntries(flags.entries()),
    }
  })
}
