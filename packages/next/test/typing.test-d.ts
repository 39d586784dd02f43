import type {
  GetServerSideProps,
  GetServerSidePropsContext,
  InferGetServerSidePropsType,
  NextApiHandler,
  NextApiRequest,
  NextApiResponse,
} from 'next'
import type { NextRequest } from 'next/server.js'
import {
  createHedgerow,
  type Hedgerow,
  HedgerowClient,
  type RequestScope,
  type RouteContext,
} from '../src/index.ts'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

const { hedgerow, withHedgerow, withFlag, requireFlag, ingest, proxy, register, onRequestError } =
  createHedgerow({
    token: 'phc_test',
  })

// Idiom 11: a wrapped handler is what it was.
type Orders = { readonly params: Promise<{ id: string }> }
const orders = async (_request: NextRequest, { params }: Orders) => Response.json(await params)
const allOrders = withHedgerow(orders)
const wrappedOrders: Same<typeof allOrders, typeof orders> = true
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

// So do the functions of the Pages Router, and actions.
const cart = (request: NextApiRequest, response: NextApiResponse<{ path?: string | undefined }>) =>
  response.json({ path: request.url })
const wrappedCart = withHedgerow(cart)
const sameCart: Same<typeof wrappedCart, typeof cart> = true
const ofApi: NextApiHandler = wrappedCart
const getServerSideProps = withHedgerow(async (context: GetServerSidePropsContext) => {
  const path: string = context.resolvedUrl
  return { props: { path } }
})
const ofPages: GetServerSideProps = getServerSideProps
const props: Same<InferGetServerSidePropsType<typeof getServerSideProps>, { path: string }> = true
const ofPagesTyped = withHedgerow((async ({ params }) => ({
  props: { id: params?.id ?? '' },
})) satisfies GetServerSideProps<{ id: string }, { id: string }>)
const typedPages: GetServerSideProps<{ id: string }, { id: string }> = ofPagesTyped
const save = async (before: number, form: FormData) => before + form.getAll('item').length
const savedBefore = withHedgerow(save)
const sameSave: Same<typeof savedBefore, typeof save> = true

// What is neither does not compile.
// @ts-expect-error
withHedgerow('text')
// @ts-expect-error
withHedgerow((count: number) => count)

// A handler behind a flag may be answered for.
const beta = withFlag('beta', orders, { otherwise: (request) => Response.redirect(request.nextUrl, 307) })
const betaArguments: Same<Parameters<typeof beta>, Parameters<typeof orders>> = true
const betaAnswer: (...args: Parameters<typeof orders>) => Promise<Response> = beta
const betaCart: NextApiHandler = withFlag('beta', cart, {
  variant: 'b',
  whenUnknown: 'allow',
  otherwise: (_request, response) => response.status(418).end(),
})
const betaProps = withFlag(
  'beta',
  async (context: GetServerSidePropsContext) => ({ props: { path: context.resolvedUrl } }),
  {
    otherwise: async () => ({ redirect: { destination: '/', permanent: false } }),
  },
)
const betaPage: Same<InferGetServerSidePropsType<typeof betaProps>, { path: string }> = true
// @ts-expect-error
withFlag('beta', orders, { otherwise: 'next' })
// @ts-expect-error
withFlag('beta', orders, { otherwise: () => 'text' })
const required: Promise<void> = requireFlag('beta', { otherwise: { redirect: '/' } })
// @ts-expect-error
void requireFlag('beta', { otherwise: () => 'text' })
// @ts-expect-error
void requireFlag('beta', { name: 'other' })

// As Next.js checks what a route exports.
const { GET: ingestGet, POST: ingestPost } = ingest
const ingestOfNext: (
  request: NextRequest,
  context: { params: Promise<{ path: string[] }> },
) => Promise<Response> = ingestPost

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
createHedgerow({ distDir: 'build', ingest: { clientAddress: 'truncated' } })
// @ts-expect-error
createHedgerow({ client, secretKey: 'phx_1' })

export const all = [
  ...[wrappedOrders, wrappedNow, webAnswer, ofNext, scope, answers, onRequestError, register],
  ...[sameCart, ofApi, ofPages, props, typedPages, sameSave],
  ...[betaArguments, betaAnswer, betaCart, betaPage, required, ingestGet, ingestOfNext],
]
