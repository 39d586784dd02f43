const http = require('node:http')
const express = require('express')

/** A server of Express whose page says what `serve-one-page.cjs` wants to know. */
exports.expressPage = (hedgerow) => (client) => {
  const app = express()
  app.use(hedgerow(client))
  app.get('/', (req, res) => {
    const { distinctId, flags } = req.hedgerow
    res.set('content-type', 'text/html').send(JSON.stringify({ distinctId, hero: flags.isEnabled('hero') }))
  })
  return http.createServer(app)
}
