import { createHedgerow } from '@hedgerow/next'
import { sessionIn } from './sessions.ts'

export const { hedgerow, HedgerowBootstrap, ingest, onRequestError, proxy, register, requireFlag } =
  createHedgerow({
    identity: {
      resolve: ({ headers }) => sessionIn(headers.get('cookie'))?.userId,
      secret: process.env['HEDGEROW_SECRET'] ?? 'for this example alone, as it is no secret',
    },
    flags: {
      // So that an edit of the flags file shows in the next page; the default saves requests.
      cacheTtlMs: 500,
      // What a page waits at most; a busy machine may need more than the default.
      deadlineMs: Number(process.env['FLAGS_DEADLINE_MS'] ?? 250),
    },
    // One event a request, so that you see it at once; the default sends many together.
    flushAt: 1,
  })
