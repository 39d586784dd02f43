import type { Hedgerow, IngestProxyOptions } from '@hedgerow/core'
import { answerThroughIngest } from '@hedgerow/core/adapter'
import type { RequestHandler } from 'express'

/** Options of `ingestProxy`; Express itself takes the path off that it is mounted at. */
export type ExpressIngestProxyOptions = Omit<IngestProxyOptions, 'pathPrefix'>

/**
 * Takes posthog-js's calls on the application's own domain and passes them on to PostHog, without the application's
 * cookies. Anything else below its path is a 404.
 *
 * Mount it at a path, above body parsers, redirects (trailing slashes, languages) and authentication, with `trust proxy`
 * set as your deployment needs it: by that setting PostHog learns where the visitor is. It answers every request itself.
 *
 * @throws ConfigError at once for an option that cannot work.
 * @example
 * app.use('/ingest', ingestProxy(client))
 * // in the browser: posthog.init('phc_…', { api_host: '/ingest', ui_host: 'https://eu.posthog.com' })
 */
export function ingestProxy(client: Hedgerow, options: ExpressIngestProxyOptions = {}): RequestHandler {
  const proxy = client.ingestProxy(options)

  return function ingestProxy(req, res) {
    void answerThroughIngest(proxy, req, res, { target: req.url, ip: req.ip })
  }
}
