import { withHedgerow } from '../../../hedgerow.js'

export const GET = withHedgerow(() => {
  throw new TypeError('no cart')
})
