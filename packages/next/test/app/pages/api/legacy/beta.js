import { withFlag } from '../../../hedgerow.js'

const refusals = {
  'not-found': 'not-found',
  forbidden: 'forbidden',
  redirect: { redirect: '/plain' },
  own: (request, response) => response.status(418).send(`no ${request.query.otherwise}`),
}

const handlers = Object.fromEntries(
  Object.entries(refusals).map(([name, otherwise]) => [
    name,
    withFlag('beta', (_request, response) => response.send('beta'), { otherwise }),
  ]),
)

export default function beta(request, response) {
  return handlers[request.query.otherwise](request, response)
}
