import type { ErrorRequestHandler, RequestHandler } from 'express'
import { html } from './html.ts'
import type { SendPage } from './page-sender.ts'

/** The page for addresses that nothing answers to. */
export function notFoundPage(sendPage: SendPage): RequestHandler {
  return async function notFoundPage(req, res) {
    await sendPage(req, res, {
      title: 'Not found',
      status: 404,
      body: html`<h1>There is nothing here</h1>
        <p>
          A person who opens this address is counted, with status 404 and the route <code>(unmatched)</code>.
        </p>
        <p><a href="/">Back to the shop</a></p>`,
    })
  }
}

/** The shop's own error page. It stands below `hedgerowErrors`, which captures the error with its route. */
export function errorPage(sendPage: SendPage, reportError: (error: unknown) => void): ErrorRequestHandler {
  return async function errorPage(error: unknown, req, res, next) {
    const status = statusOf(error)
    if (status >= 500) reportError(error)
    if (res.headersSent) return next(error)
    await sendPage(req, res, {
      title: 'Error',
      status,
      body: html`<h1>That did not work</h1>
        <p>The pageview of this request has status ${status}, and still its route.</p>
        <p><a href="/">Back to the shop</a></p>`,
    })
  }
}

/** Express's own errors, such as one for a malformed address, say which status they want. */
function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500
}
