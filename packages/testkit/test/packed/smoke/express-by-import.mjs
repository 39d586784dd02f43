import { HedgerowClient, hedgerow } from '@hedgerow/express'
import { expressPage } from './express-page.cjs'
import { serveOnePage } from './serve-one-page.cjs'

await serveOnePage(HedgerowClient, expressPage(hedgerow))
