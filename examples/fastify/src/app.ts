import { join } from 'node:path'
import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import view from '@fastify/view'
import { hedgerow, type WithToken } from '@hedgerow/fastify'
import { Eta } from 'eta'
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { api } from './api.ts'
import { errorPages } from './error-pages.ts'
import { internal } from './internal.ts'
import { Loans } from './loans.ts'
import { pages } from './pages.ts'
import { readerOf } from './reader.ts'
import { signIn } from './sign-in.ts'

/** What the library is made with. */
export interface LibraryParts {
  /** Where events go and flags come from; the app closes what it opens. */
  readonly hedgerow: WithToken
  /** Address of the page that shows events as they arrive; the library links to it. @default none */
  readonly inspectorUrl?: string
  /** @default lines of level `warn`, on standard error */
  readonly logger?: FastifyServerOptions['logger']
}

/**
 * The example library, not listening yet.
 *
 * @example
 * const app = await createApp({ hedgerow: { token: 'phc_…' } })
 * await app.listen({ port: 3000 })
 */
export async function createApp(parts: LibraryParts): Promise<FastifyInstance> {
  const app = fastify({
    logger: parts.logger ?? { level: 'warn', stream: process.stderr },
    forceCloseConnections: true,
  })
  const loans = new Loans()

  await app.register(hedgerow, {
    // So that an edit of the flags file shows in the next page; the default saves requests.
    flags: { cacheTtlMs: 500 },
    ...parts.hedgerow,
    identity: { resolve: readerOf },
  })
  await app.register(cookie, { secret: 'a secret for this example alone' })
  await app.register(formbody)
  await app.register(view, {
    engine: { eta: new Eta() },
    root: join(import.meta.dirname, '../views'),
    layout: 'layout.eta',
    viewExt: 'eta',
    defaultContext: { inspectorUrl: parts.inspectorUrl },
  })

  errorPages(app)
  await app.register(pages, { loans })
  await app.register(signIn)
  await app.register(api, { prefix: '/api', loans })
  await app.register(internal, { prefix: '/internal', loans })
  return app
}
