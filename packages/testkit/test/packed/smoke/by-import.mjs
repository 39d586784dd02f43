import { HedgerowClient, hedgerow } from '@hedgerow/express'
import { serveOnePage } from './serve-one-page.cjs'

await serveOnePage({ HedgerowClient, hedgerow })
