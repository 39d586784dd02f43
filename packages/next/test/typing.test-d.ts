import type { NextRequest } from 'next/server.js'
import {
  createHedgerow,
  type Hedgerow,
  HedgerowClient,
  type RequestScope,
  type RouteContext,
} from '../src/index.ts'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

const { hedgerow, withHedgerow, proxy, onRequestError } = createHedgerow({ token: 'phc_test' })

// A wrapped handler is what it was.
type Orders = { readonly params: Promise<{ id: string }> }
const orders = async (_request: NextRequest, { params }: Orders) => Response.json(await params)
const wrappedOrders: Same<ReturnType<typeof withHedgerow<typeof orders>>, typeof orders> = true
const now = () => new Response('now')
const wrappedNow: Response = withHedgerow(now)()
const web = withHedgerow(async (request: Request) => new Response(request.url))
const webAnswer: Promise<Response> = web(new Request('http://localhost'))

// Without types of its own it is given those of Next.js.
const GET = withHedgerow(async (request, context) => {
  const path: string = request.nextUrl.pathname
  const params: Record<string, string | string[] | undefined> = await context.params
  return Response.json({ path, params })
})
const ofNext: Same<typeof GET, (request: NextRequest, context: RouteContext) => Promise<Response>> = true

// What is no handler does not compile.
// @ts-expect-error
withHedgerow(async () => 'text')
// @ts-expect-error
withHedgerow(async (request: number) => new Response(String(request)))

// The scope, and everything that a proxy may go on with.
const scope: Promise<RequestScope> = hedgerow()
const answers = (request: NextRequest): Promise<Response>[] => [
  proxy(request),
  proxy(request, new Response()),
  proxy(request, async (same) => new Response(same.nextUrl.pathname)),
  proxy(request, () => undefined),
]

// A client of one's own goes without the options of another, and everything has a default.
const client: Hedgerow = new HedgerowClient('phc_test')
createHedgerow()
createHedgerow({ client, identity: { resolve: async ({ headers }) => headers.get('x-user') } })
createHedgerow({ host: 'https://eu.i.posthog.com', clientIp: (headers) => headers.get('x-real-ip') })
// @ts-expect-error
createHedgerow({ client, secretKey: 'phx_1' })

export const all = [wrappedOrders, wrappedNow, webAnswer, ofNext, scope, answers, onRequestError]
