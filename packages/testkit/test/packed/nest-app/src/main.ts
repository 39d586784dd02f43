import { HedgerowClient } from '@hedgerow/nestjs'
import { createServer } from './app.js'
import { serveOnePage } from '../serve-one-page.cjs'

serveOnePage(HedgerowClient, createServer).catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
