const { fastifyPage } = require('./fastify-page.cjs')
const { serveOnePage } = require('./serve-one-page.cjs')

// The whole module, as it is often written with plugins.
const plugin = require('@hedgerow/fastify')

serveOnePage(plugin.HedgerowClient, fastifyPage(plugin)).catch((error) => {
  console.error(error)
  process.exitCode = 1
})
