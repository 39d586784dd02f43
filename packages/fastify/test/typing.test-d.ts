import fastify, { type FastifyRequest, type preHandlerHookHandler } from 'fastify'
import {
  type FlagSnapshot,
  type Hedgerow,
  hedgerow,
  HedgerowClient,
  type HedgerowPluginOptions,
  type HedgerowRouteConfig,
  requireFlag,
  type RequestScope,
} from '../src/index.ts'

const app = fastify()
const client = new HedgerowClient('phc_test')

// The scope is on every request and the client on the app, with their own types.
app.get('/', async (request) => {
  const scope: RequestScope = request.hedgerow
  const enabled: boolean = scope.flags.isEnabled('hero')
  const value: string | boolean | undefined = scope.flags.getFlag('hero')
  const session: string | undefined = scope.sessionId
  const ofTheApp: Hedgerow = app.hedgerow
  ofTheApp.capture({ event: 'asked' })
  return [enabled, value, session]
})

// Beside types of the route's own.
app.post<{ Body: { title: string }; Params: { id: string } }>(
  '/posts/:id',
  { config: { hedgerow: { flag: 'posts' } }, preHandler: requireFlag('editor') },
  async (request) => [request.body.title, request.params.id, request.hedgerow.distinctId],
)

// With a client; its resolver is given Fastify's own request.
void app.register(hedgerow, { client })
void app.register(hedgerow, { client, name: 'eu', shutdownTimeoutMs: 1, waitForFlagsMs: 1, enabled: true })
void app.register(hedgerow, { client, identity: { resolve: (request: FastifyRequest) => request.ip } })
void app.register(hedgerow, { client, identity: { resolve: async (request) => request.routeOptions.url } })
void app.register(hedgerow, { client, identity: { resolve: () => 42 }, flags: { preload: 'always' } })
void app.register(hedgerow, () => ({ client }))
// With a token and the options of a client.
void app.register(hedgerow, {
  token: 'phc_test',
  host: 'http://127.0.0.1:8181',
  flushAt: 1,
  logLevel: 'debug',
})
void app.register(hedgerow, { token: process.env['POSTHOG_KEY'], identity: { cookieDomain: 'example.com' } })
// Switched off.
void app.register(hedgerow, { enabled: false })
void app.register(hedgerow, { enabled: false, name: 'eu' })
// As options of somebody's own plugin.
const passOn = (options: HedgerowPluginOptions) => app.register(hedgerow, options)
void passOn({ client })
void app.register(import('../src/index.ts'), { client })

// @ts-expect-error a client or a token is needed
void app.register(hedgerow, {})
// @ts-expect-error one of them
void app.register(hedgerow, { client, token: 'phc_test' })
// @ts-expect-error a token is no client
void app.register(hedgerow, { client: 'phc_test' })
// @ts-expect-error the options of a client belong to it
void app.register(hedgerow, { client, flushAt: 1 })
// @ts-expect-error an unknown option
void app.register(hedgerow, { client, identify: {} })
// @ts-expect-error an unknown value
void app.register(hedgerow, { client, flags: { preload: 'sometimes' } })
// @ts-expect-error a resolver answers text or a number
void app.register(hedgerow, { client, identity: { resolve: () => ({ id: 1 }) } })

const handler = async () => 'page'
app.get('/a', { config: { hedgerow: { flag: 'a' } } }, handler)
app.get('/b', { config: { hedgerow: { flag: 'b', variant: 'x', whenUnknown: 'allow' } } }, handler)
app.get('/c', { config: { hedgerow: { flag: 'c', otherwise: { redirect: '/' } } } }, handler)
app.get(
  '/d',
  { config: { hedgerow: { flag: 'd', otherwise: (request) => request.hedgerow.distinctId } } },
  handler,
)
app.get('/e', { config: { hedgerow: { pageview: false, capture: false } } }, handler)
app.get('/f', { config: { hedgerow: false } }, handler)
const config: HedgerowRouteConfig = { flag: 'g', otherwise: 'forbidden' }
app.get('/g', { config: { hedgerow: config } }, handler)
app.get('/h', async (request) => request.routeOptions.config.hedgerow)

// @ts-expect-error an unknown answer
app.get('/i', { config: { hedgerow: { flag: 'i', otherwise: 'teapot' } } }, handler)
// @ts-expect-error the next route is Express's
app.get('/j', { config: { hedgerow: { flag: 'j', otherwise: 'next' } } }, handler)
// @ts-expect-error options of a flag without one
app.get('/k', { config: { hedgerow: { otherwise: 'forbidden' } } }, handler)

const hook: preHandlerHookHandler = requireFlag('new-checkout', { variant: 'b', whenUnknown: 'allow' })
app.addHook('preHandler', hook)
app.get('/n', { preHandler: [hook, requireFlag('n', { otherwise: 'forbidden', name: 'eu' })] }, handler)
requireFlag('o', { otherwise: async (_request, reply) => reply.code(404).send() })

// @ts-expect-error the key is text
requireFlag(17)
// @ts-expect-error an unknown answer
requireFlag('a', { otherwise: 'teapot' })
// @ts-expect-error the key is the first argument
requireFlag('a', { key: 'b' })

/** An interface as a second installed copy of Hedgerow declares it: the same members, another declaration. */
type Copy<T> = { [Key in keyof T]: T[Key] }

declare const fromAnotherCopy: Copy<
  Omit<Hedgerow, 'scope'> & { scope(): Copy<Omit<RequestScope, 'flags'> & { flags: Copy<FlagSnapshot> }> }
>
void app.register(hedgerow, { client: fromAnotherCopy })
