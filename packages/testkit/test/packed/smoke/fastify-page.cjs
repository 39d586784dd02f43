const fastify = require('fastify')

/** A server of Fastify whose page says what `serve-one-page.cjs` wants to know. */
exports.fastifyPage = (plugin) => async (client) => {
  const app = fastify()
  app.register(plugin, { client })
  app.get('/', async (request, reply) => {
    const { distinctId, flags } = request.hedgerow
    return reply.type('text/html').send(JSON.stringify({ distinctId, hero: flags.isEnabled('hero') }))
  })
  await app.ready()
  return app.server
}
