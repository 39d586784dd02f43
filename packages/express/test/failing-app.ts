import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ErrorRequestHandler, Express } from 'express'
import { onTestFinished } from 'vitest'
import { hedgerowErrors } from '../src/index.ts'
import { asyncHandler } from './async-handler.ts'
import type { ExpressModule } from './test-site.ts'

/** Paths at which the application fails, each at another stage of Express. */
export const stages = [
  '/middleware',
  '/param/7',
  '/handler',
  '/passed',
  '/awaited',
  '/router/nested',
  '/sub-app',
  '/second-handler',
  '/parsed',
] as const

const errorPage: ErrorRequestHandler = (error: Error, _req, res, _next) => {
  res.status(500).send(`<h1>${error.message}</h1>`)
}

/** An application that fails at every stage, with its errors observed. */
export function observableErrors(express: ExpressModule): (app: Express) => void {
  return (app) => {
    failingRoutes(express, app)
    app.use(hedgerowErrors(), errorPage)
  }
}

/** The same application without Hedgerow, on a server that stops with the test. */
export async function startPlainSite(express: ExpressModule): Promise<string> {
  const app = express()
  failingRoutes(express, app)
  app.use(errorPage)
  const server = createServer((req, res) => void app(req, res)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // a TCP server has an address object
}

function failingRoutes(express: ExpressModule, app: Express): void {
  const fail = (path: string) => new Error(`failed at ${path}`)
  app.use('/middleware', () => {
    throw fail('/middleware')
  })
  app.param('id', (req, _res, next) => next(fail(req.path)))
  app.get('/param/:id', (_req, res) => res.send('page'))
  app.get('/handler', () => {
    throw fail('/handler')
  })
  app.get('/passed', (req, _res, next) => next(fail(req.path)))
  app.get(
    '/awaited',
    asyncHandler(async (req) => {
      await Promise.resolve()
      throw fail(req.path)
    }),
  )
  const router = express.Router()
  router.get('/nested', () => {
    throw fail('/router/nested')
  })
  app.use('/router', router)
  const subApp = express()
  subApp.get('/', () => {
    throw fail('/sub-app')
  })
  app.use('/sub-app', subApp)
  app.get(
    '/second-handler',
    (_req, _res, next) => setImmediate(next),
    () => {
      throw fail('/second-handler')
    },
  )
  app.get('/parsed', (req, res) => {
    req.resume().on('end', () => {
      try {
        throw fail('/parsed')
      } catch (error) {
        res.req.next?.(error)
      }
    })
  })
}
