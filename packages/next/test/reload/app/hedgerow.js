import { createHedgerow } from '@hedgerow/next'
import { stamped } from './stamped.js'

const version = 0

export const { hedgerow, withHedgerow, proxy, onRequestError } = createHedgerow({
  secretKey: `phs_version_${version}`,
  lifetime: 'server', // polls, as a client does that is not closed
  featureFlagsPollingInterval: 200,
  before_send: (event) => stamped(event, version),
})
