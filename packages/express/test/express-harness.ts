import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { Express, NextFunction, Request, RequestHandler, Response, Router } from 'express'
import type {
  AdapterHarness,
  ConformanceRequestOptions,
  Reply,
  RouteCall,
  SiteDescription,
  SiteRoute,
} from 'testkit/conformance'
import { hedgerow, HedgerowClient, hedgerowErrors, type RequestOptions, requireFlag } from '../src/index.ts'
import type { ExpressModule } from './test-site.ts'

/** Builds the sites of the conformance suite with one major of Express. */
export function expressHarness(name: string, express: ExpressModule): AdapterHarness<HedgerowClient> {
  return {
    name,
    createClient: (token, options) => new HedgerowClient(token, options),
    async start(description) {
      const app = buildApp(express, description)
      const server = createServer((req, res) => void app(req, res)).listen(0, '127.0.0.1')
      await once(server, 'listening')
      return { server, close: async () => void server.close() }
    },
  }
}

function buildApp(express: ExpressModule, description: SiteDescription<HedgerowClient>): Express {
  const { client, request, authenticate, routes, errorPage } = description
  const app = express()
  if (client) app.use(hedgerow(client, optionsFrom(request)))
  if (authenticate) app.use((req, _res, next) => (authenticate(req), next()))
  app.use(express.json({ limit: '2mb' }))
  for (const route of routes) mount(express, app, route)
  if (client) app.use(hedgerowErrors())
  if (errorPage) {
    app.use((error: unknown, req: Request, res: Response, next: NextFunction) => {
      if (res.headersSent) return next(error)
      reply(res, errorPage(error, callOf(req, res)))
    })
  }
  return app
}

function optionsFrom({ resolve, ...others }: ConformanceRequestOptions): RequestOptions<IncomingMessage> {
  return { ...others, identity: { resolve } }
}

function mount(
  express: ExpressModule,
  app: Express,
  { method = 'GET', mounts = [], path, flag, handle }: SiteRoute,
): void {
  const handler: RequestHandler = (req, res, next) => {
    const answer = handle(callOf(req, res))
    if (answer instanceof Promise) answer.then((later) => reply(res, later)).catch(next)
    else reply(res, answer)
  }
  let router: Router = app
  for (const prefix of mounts) {
    const inner = express.Router({ mergeParams: true })
    router.use(prefix, inner)
    router = inner
  }
  const handlers = flag === undefined ? [handler] : [requireFlag(flag), handler]
  if (method === 'POST') router.post(path, handlers)
  else router.get(path, handlers)
}

function callOf(req: Request, res: Response): RouteCall {
  return { scope: req.hedgerow, params: req.params, body: req.body, request: req, response: res }
}

function reply(res: Response, answer: Reply): void {
  if (answer === 'raw') return
  if ('redirect' in answer) return res.redirect(answer.redirect)
  const { status = 200, headers = {}, body } = answer
  res.status(status)
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
  if (body instanceof Readable) body.on('error', (error) => res.destroy(error)).pipe(res)
  else if (body === undefined) res.end()
  else res.send(body)
}
