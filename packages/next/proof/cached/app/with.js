import { createHedgerow } from '@hedgerow/next'

export const { hedgerow, withHedgerow, proxy, onRequestError } = createHedgerow({
  flags: { deadlineMs: 2000 },
})
