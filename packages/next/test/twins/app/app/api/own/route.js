import { withHedgerow } from '../../../hedgerow.js'

export const GET = withHedgerow(() => {
  const headers = new Headers({ 'content-type': 'text/html', etag: '"own"', 'x-own': 'yes' })
  headers.append('set-cookie', 'own=1; Path=/')
  headers.append('set-cookie', 'two=2')
  return new Response('<p>own</p>', { status: 202, headers })
})
