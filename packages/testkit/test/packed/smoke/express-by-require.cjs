const { HedgerowClient, hedgerow } = require('@hedgerow/express')
const { expressPage } = require('./express-page.cjs')
const { serveOnePage } = require('./serve-one-page.cjs')

serveOnePage(HedgerowClient, expressPage(hedgerow)).catch((error) => {
  console.error(error)
  process.exitCode = 1
})
