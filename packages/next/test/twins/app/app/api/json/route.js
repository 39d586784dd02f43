import { withHedgerow } from '../../../hedgerow.js'

export const GET = withHedgerow(async (request) => Response.json({ asked: request.nextUrl.search }))
