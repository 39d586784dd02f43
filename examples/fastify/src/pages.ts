import { requireFlag } from '@hedgerow/fastify'
import type { FastifyInstance } from 'fastify'
import { bookById, catalogue } from './catalogue.ts'
import type { Loans } from './loans.ts'
import { readerOf } from './reader.ts'

/** The pages that visitors read. */
export async function pages(app: FastifyInstance, { loans }: { loans: Loans }): Promise<void> {
  app.get('/', async (request, reply) => {
    const { flags } = request.hedgerow
    return reply.viewAsync('home', {
      title: 'Library',
      scope: request.hedgerow,
      books: catalogue.filter(({ isNew }) => !isNew),
      isWarm: flags.getFlag('welcome') === 'warm',
      hasArrivals: flags.isEnabled('new-arrivals'),
    })
  })

  app.get<{ Params: { id: string } }>('/books/:id', async (request, reply) => {
    const book = bookById(request.params.id)
    if (!book) return reply.callNotFound()
    return reply.viewAsync('book', {
      title: book.title,
      scope: request.hedgerow,
      book,
      isLent: loans.isLent(book.id),
      isReader: readerOf(request) !== undefined,
    })
  })

  app.post<{ Params: { id: string } }>('/books/:id/loan', async (request, reply) => {
    const book = bookById(request.params.id)
    const reader = readerOf(request)
    if (!book) return reply.callNotFound()
    if (reader === undefined) return reply.redirect('/sign-in', 303)
    const flags = await request.hedgerow.flags.load('long-loans') // a form that is sent loads its flags itself
    if (loans.lend(book.id, reader))
      request.hedgerow.capture('book borrowed', {
        book: book.id,
        weeks: flags.isEnabled('long-loans') ? 8 : 4,
      })
    return reply.redirect(`/books/${book.id}`, 303)
  })

  // Behind a flag; without it visitors are sent home.
  const config = { hedgerow: { flag: 'new-arrivals', otherwise: { redirect: '/' } } }
  app.get('/arrivals', { config }, async (request, reply) =>
    reply.viewAsync('arrivals', {
      title: 'New arrivals',
      scope: request.hedgerow,
      books: catalogue.filter(({ isNew }) => isNew),
    }),
  )

  // The same as a hook, which comes after another one: first you must be a reader.
  app.get(
    '/long-loans',
    {
      preHandler: [
        async (request, reply) =>
          readerOf(request) === undefined ? reply.redirect('/sign-in', 303) : undefined,
        requireFlag('long-loans'),
      ],
    },
    async (request, reply) => reply.viewAsync('long-loans', { title: 'Long loans', scope: request.hedgerow }),
  )
}
