import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { readerCookie } from './reader.ts'

/** Signing in, by name and without a password, and out. */
export async function signIn(app: FastifyInstance): Promise<void> {
  const readers = new Map<string, string>()

  app.get('/sign-in', async (request, reply) =>
    reply.viewAsync('sign-in', { title: 'Sign in', scope: request.hedgerow }),
  )

  app.post<{ Body: { name: string } }>(
    '/sign-in',
    {
      schema: {
        body: {
          type: 'object',
          required: ['name'],
          properties: { name: { type: 'string', minLength: 1, maxLength: 80 } },
        },
      },
    },
    async (request, reply) => {
      const { name } = request.body
      const reader = readers.get(name) ?? `reader_${randomUUID()}`
      readers.set(name, reader)
      await request.hedgerow.identify(reader, { set: { name } })
      return reply
        .setCookie(readerCookie, reader, { signed: true, httpOnly: true, sameSite: 'lax', path: '/' })
        .redirect('/', 303)
    },
  )

  app.post('/sign-out', async (request, reply) => {
    request.hedgerow.logout()
    return reply.clearCookie(readerCookie, { path: '/' }).redirect('/', 303)
  })
}
