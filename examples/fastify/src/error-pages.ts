import type { FastifyInstance } from 'fastify'

/** Pages for what goes wrong; programs get JSON. */
export function errorPages(app: FastifyInstance): void {
  app.setNotFoundHandler(async (request, reply) => {
    reply.code(404)
    if (request.url.startsWith('/api/')) return { statusCode: 404, error: 'Not Found' }
    return reply.viewAsync('not-found', { title: 'Not found', scope: request.hedgerow })
  })

  app.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) request.log.error(error)
    return reply.code(status).viewAsync('error', { title: 'Error', status, scope: request.hedgerow })
  })
}
