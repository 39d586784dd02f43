import hedgerow, { HedgerowClient } from '@hedgerow/fastify'
import { fastifyPage } from './fastify-page.cjs'
import { serveOnePage } from './serve-one-page.cjs'

await serveOnePage(HedgerowClient, fastifyPage(hedgerow))
