import { withFlag } from '../../../hedgerow.js'

const refusals = {
  'not-found': 'not-found',
  forbidden: 'forbidden',
  redirect: { redirect: '/plain' },
  own: (request) => new Response(`no ${request.nextUrl.searchParams.get('otherwise')}`, { status: 418 }),
}

const handlers = Object.fromEntries(
  Object.entries(refusals).map(([name, otherwise]) => [
    name,
    withFlag('beta', () => new Response('beta'), { otherwise }),
  ]),
)

export function GET(request, context) {
  return handlers[request.nextUrl.searchParams.get('otherwise')](request, context)
}
