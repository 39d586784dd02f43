import { createHedgerow } from '@hedgerow/next'
import { redirect } from 'next/navigation'

/** The user is whom a header of the application's own gateway names; one header has visitors sent away. */
function resolve({ headers }) {
  if (headers.has('x-test-expired')) redirect('/plain')
  return headers.get('x-gateway-user')
}

export const { hedgerow, withHedgerow, proxy, onRequestError } = createHedgerow({
  identity: { resolve, secret: 'a secret of the test application, long enough' },
  flags: { deadlineMs: 2000 },
})
