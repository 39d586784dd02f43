import { withHedgerow } from '../../../hedgerow.js'

export const GET = withHedgerow(async () => {
  throw new TypeError('no cart')
})
