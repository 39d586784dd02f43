import { ConfigError, type Hedgerow, type IngestProxyOptions } from '@hedgerow/core'
import { answerThroughIngest } from '@hedgerow/core/adapter'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'

/** Options of the `ingestProxy` plugin. */
export interface FastifyIngestProxyOptions extends Omit<IngestProxyOptions, 'pathPrefix'> {
  readonly client: Hedgerow
  /** The path below which posthog-js sends, such as `/ingest`; that of the plugins around it comes before. */
  readonly prefix: string
}

/**
 * Takes posthog-js's calls on the application's own domain and passes them on to PostHog, without the application's
 * cookies. Anything else below its prefix is a 404.
 *
 * Register it above hooks that redirect or ask for a login, with `trustProxy` set as your deployment needs it: by that
 * option PostHog learns where the visitor is. The content type parsers of the app leave its bodies alone.
 *
 * Registration rejects with a `ConfigError` for an option that cannot work.
 *
 * @example
 * await app.register(ingestProxy, { client, prefix: '/ingest' })
 * // in the browser: posthog.init('phc_…', { api_host: '/ingest', ui_host: 'https://eu.posthog.com' })
 */
export const ingestProxy: FastifyPluginAsync<FastifyIngestProxyOptions> = async function ingestProxy(
  app: FastifyInstance,
  { client, prefix, ...options }: FastifyIngestProxyOptions,
): Promise<void> {
  if (typeof prefix !== 'string' || !/^\/[^/]/.test(prefix)) {
    throw new ConfigError("ingestProxy needs the path that it is for as its prefix, such as '/ingest'")
  }
  const proxy = client.ingestProxy(options)
  const mount = mountPattern(app.prefix)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.all('/*', { config: { hedgerow: false } }, (request, reply) => {
    reply.hijack()
    const target = (request.raw.url ?? '').replace(mount, '')
    void answerThroughIngest(proxy, request.raw, reply.raw, { target, ip: request.ip })
  })
}

/** The prefix may have parameters, so what is taken off is as many segments, whatever is in them. */
function mountPattern(prefix: string): RegExp {
  const segments = prefix.split('/').filter((segment) => segment !== '').length
  return new RegExp(`^(?:/[^/?]+){${segments}}`)
}
