const { HedgerowClient, hedgerow } = require('@hedgerow/express')
const { serveOnePage } = require('./serve-one-page.cjs')

serveOnePage({ HedgerowClient, hedgerow }).catch((error) => {
  console.error(error)
  process.exitCode = 1
})
