import { createHedgerow } from '@hedgerow/next'

export const { hedgerow } = createHedgerow()
