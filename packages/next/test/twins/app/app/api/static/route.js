import { withHedgerow } from '../../../hedgerow.js'

export const dynamic = 'force-static'
export const GET = withHedgerow(() => new Response('made once'))
