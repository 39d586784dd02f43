import { createHedgerow } from '@hedgerow/next'
import { sessionIn } from './sessions.ts'

export const { hedgerow, HedgerowBootstrap, ingest, onRequestError, proxy, register, requireFlag } =
  createHedgerow({
    identity: {
      resolve: ({ headers }) => sessionIn(headers.get('cookie'))?.userId,
      secret: process.env['HEDGEROW_SECRET'] ?? 'for this example alone, as it is no secret',
    },
    // So that an edit of the flags file shows in the next page; the default saves requests.
    flags: { cacheTtlMs: 500 },
    // One event a request, so that you see it at once; the default sends many together.
    flushAt: 1,
  })
