import { createHedgerow } from '@hedgerow/next'
import { redirect } from 'next/navigation'

/** The user is whom a header names, and one header sends visitors away as an authentication library does. */
async function resolve({ headers }) {
  await Promise.resolve()
  if (headers.has('x-test-expired')) redirect('/plain')
  return headers.get('x-test-user')
}

export const {
  hedgerow,
  HedgerowBootstrap,
  withHedgerow,
  withFlag,
  requireFlag,
  ingest,
  proxy,
  register,
  onRequestError,
} = createHedgerow({
  identity: { resolve, secret: 'a secret of the test application, long enough' },
  flags: { deadlineMs: 2000 },
})
