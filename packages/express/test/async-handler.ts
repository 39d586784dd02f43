import type { Request, RequestHandler, Response } from 'express'

/** A handler that may await: what it rejects with goes to the error page, which Express 4 does not see to itself. */
export function asyncHandler(handler: (req: Request, res: Response) => Promise<unknown>): RequestHandler {
  return (req, res, next) => {
    handler(req, res).catch(next)
  }
}
