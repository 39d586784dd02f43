import { notFound } from 'next/navigation'
import { withHedgerow } from '../../../hedgerow.js'

export const GET = withHedgerow(() => notFound())
