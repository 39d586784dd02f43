import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type {
  AdapterHarness,
  ConformanceRequestOptions,
  Reply,
  RouteCall,
  SiteDescription,
  SiteRoute,
} from 'testkit/conformance'
import { hedgerow, HedgerowClient, type RequestOptions } from '../src/index.ts'
import type { FastifyModule } from './test-site.ts'

/** Builds the sites of the conformance suite with one major of Fastify. */
export function fastifyHarness(name: string, fastify: FastifyModule): AdapterHarness<HedgerowClient> {
  return {
    name,
    createClient: (token, options) => new HedgerowClient(token, options),
    async start(description) {
      const app = await buildApp(fastify, description)
      await app.listen({ port: 0, host: '127.0.0.1' })
      return { server: app.server, close: () => app.close() }
    },
  }
}

async function buildApp(
  fastify: FastifyModule,
  { client, request, authenticate, routes, errorPage }: SiteDescription<HedgerowClient>,
): Promise<FastifyInstance> {
  const app = fastify({ bodyLimit: 2 * 1024 * 1024 })
  // Any body that is not JSON is left to the handler.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  if (client) await app.register(hedgerow, { client, ...optionsFrom(request) })
  if (authenticate) {
    app.addHook('onRequest', (request, _reply, done) => {
      authenticate(request.raw)
      done()
    })
  }
  if (errorPage) {
    app.setErrorHandler((error, request, reply) => send(reply, errorPage(error, callOf(request, reply))))
  }
  for (const route of routes) await mount(app, route, route.mounts ?? [])
  return app
}

function optionsFrom({
  resolve,
  consent,
  ...others
}: ConformanceRequestOptions): RequestOptions<FastifyRequest> {
  return {
    ...others,
    identity: { resolve: resolve && ((request) => resolve(request.raw)) },
    consent: { resolve: consent?.resolve && (({ raw }) => consent.resolve?.(raw)) },
  }
}

async function mount(
  app: FastifyInstance,
  route: SiteRoute,
  [prefix, ...inner]: readonly string[],
): Promise<void> {
  if (prefix !== undefined) {
    await app.register(async (child) => mount(child, route, inner), { prefix })
    return
  }
  const { method = 'GET', path, flag, handle } = route
  app.route({
    method,
    url: path,
    config: { hedgerow: flag === undefined ? {} : { flag } },
    handler(request, reply) {
      const answer = handle(callOf(request, reply))
      return answer instanceof Promise ? answer.then((later) => send(reply, later)) : send(reply, answer)
    },
  })
}

function callOf(request: FastifyRequest, reply: FastifyReply): RouteCall {
  const { hedgerow: scope, params, body, raw } = request
  return { scope, params: params as RouteCall['params'], body, request: raw, response: reply.raw }
}

function send(reply: FastifyReply, answer: Reply): FastifyReply {
  if (answer === 'raw') return reply.hijack()
  if ('redirect' in answer) return reply.redirect(answer.redirect)
  const { status = 200, headers = {}, body } = answer
  reply.code(status)
  for (const [name, value] of Object.entries(headers)) reply.header(name, value)
  if (typeof body === 'string' && !reply.hasHeader('content-type')) reply.type('text/html; charset=utf-8')
  return reply.send(body)
}
