import { hedgerow } from '@hedgerow/fastify'
import type { FastifyInstance } from 'fastify'
import type { Loans } from './loans.ts'

/** What machines ask for, without a scope. */
export async function internal(app: FastifyInstance, { loans }: { loans: Loans }): Promise<void> {
  await app.register(hedgerow, { enabled: false })

  app.get('/health', async () => ({ ok: true }))
  app.get('/stats', async () => ({ loans: loans.count, events: app.hedgerow.stats() }))
}
