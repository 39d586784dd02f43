import express from 'express'
import type { Request, RequestHandler } from 'express'
import {
  type Bootstrap,
  type FlagSnapshot,
  type Hedgerow,
  hedgerow,
  HedgerowClient,
  hedgerowErrors,
  requireFlag,
  type RequestScope,
  shutdownWith,
} from '../src/index.ts'

const app = express()
const client = new HedgerowClient('phc_test')

// The scope is on every request, with its own types.
app.get('/', (req, res) => {
  const scope: RequestScope = req.hedgerow
  const enabled: boolean = scope.flags.isEnabled('hero')
  const value: string | boolean | undefined = scope.flags.getFlag('hero')
  const session: string | undefined = scope.sessionId
  const source: 'resolver' | 'signed-cookie' | 'cookie' | 'header' | 'minted' = scope.identitySource
  res.json([enabled, value, session, source])
})

// It is on the locals of every response, for templates.
app.get('/page', (req, res) => {
  const scope: RequestScope = res.locals.hedgerow
  const bootstrap: Bootstrap = scope.bootstrap()
  const script: string = scope.bootstrapScript('bm9uY2U=')
  const joined: Promise<void> = scope.group('company', 'acme', { plan: 'pro' })
  scope.captureException(new Error('boom'), { cart: 'cart_1' })
  res.json([bootstrap.featureFlags, script, joined])
  // @ts-expect-error a nonce is text
  scope.bootstrapScript(17)
  // @ts-expect-error a group has a key
  void scope.group('company')
})

// A client may have a name, which gates and the error observer take too.
app.use(hedgerow(client, { name: 'shop', exceptions: { minStatus: 400 } }))
app.get('/shop', requireFlag('beta', { name: 'shop' }))
app.use(hedgerowErrors(), hedgerowErrors({ name: 'shop' }))
// @ts-expect-error a name is text
app.use(hedgerow(client, { name: 17 }))
// @ts-expect-error an unknown option
hedgerowErrors({ minStatus: 400 })

// The resolver is given Express's own request.
app.use(hedgerow(client, { identity: { resolve: (req: Request) => req.get('x-user') } }))
app.use(hedgerow(client, { identity: { resolve: async (req) => req.header('x-user') } }))
app.use(hedgerow(client, { identity: { resolve: () => 42 } }))
app.use(hedgerow(client, { flags: { preload: 'always', deadlineMs: 100, cacheTtlMs: 1, cacheSize: 1 } }))

// @ts-expect-error the client is needed
hedgerow()
// @ts-expect-error a token is no client
hedgerow('phc_test')
// @ts-expect-error an unknown option
hedgerow(client, { identify: {} })
// @ts-expect-error an unknown value
hedgerow(client, { flags: { preload: 'sometimes' } })
// @ts-expect-error a resolver answers text or a number
hedgerow(client, { identity: { resolve: () => ({ id: 1 }) } })
// @ts-expect-error a deadline is a number
hedgerow(client, { flags: { deadlineMs: '250' } })

const guard: RequestHandler = requireFlag('new-checkout', { variant: 'b', whenUnknown: 'allow' })
app.get('/checkout', guard)
app.get('/a', requireFlag('a', { otherwise: 'next' }))
app.get('/b', requireFlag('b', { otherwise: { redirect: '/' } }))
app.get('/c', requireFlag('c', { otherwise: (req, res) => res.send(req.hedgerow.distinctId) }))
app.get('/d', requireFlag('d', { otherwise: async (_req, res) => void res.sendStatus(404) }))

// @ts-expect-error the key is text
requireFlag(17)
// @ts-expect-error an unknown answer
requireFlag('a', { otherwise: 'teapot' })
// @ts-expect-error the key is the first argument
requireFlag('a', { key: 'b' })

void shutdownWith(app.listen(0), client, { shutdownTimeoutMs: 1000 })

/** An interface as a second installed copy of Hedgerow declares it: the same members, another declaration. */
type Copy<T> = { [Key in keyof T]: T[Key] }

declare const fromAnotherCopy: Copy<
  Omit<Hedgerow, 'scope'> & { scope(): Copy<Omit<RequestScope, 'flags'> & { flags: Copy<FlagSnapshot> }> }
>
app.use(hedgerow(fromAnotherCopy))
void shutdownWith(app.listen(0), fromAnotherCopy)

// A client is one, and so is anything else with its methods.
const asInterface: Hedgerow = client
app.use(hedgerow(asInterface))
// @ts-expect-error something less is not
hedgerow({ capture: () => {} })
