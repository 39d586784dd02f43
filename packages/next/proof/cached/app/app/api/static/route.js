import { withHedgerow } from '../../../hedgerow.js'

/** Looks at no request, so it is answered once for all. */
export const GET = withHedgerow(async () => Response.json('made once'))
