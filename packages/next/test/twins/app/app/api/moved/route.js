import { permanentRedirect } from 'next/navigation'
import { withHedgerow } from '../../../hedgerow.js'

export const GET = withHedgerow(async () => permanentRedirect('/plain'))
