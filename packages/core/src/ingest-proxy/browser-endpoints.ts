/** A place that a browser SDK calls. */
export interface BrowserEndpoint {
  readonly methods: readonly string[]
  /** Lies on the host of static assets, and may be kept in memory. */
  readonly isAsset: boolean
}

const writing: BrowserEndpoint = { methods: ['POST', 'OPTIONS'], isAsset: false }
const reading: BrowserEndpoint = { methods: ['GET', 'HEAD', 'OPTIONS'], isAsset: false }
const either: BrowserEndpoint = { methods: ['GET', 'HEAD', 'POST', 'OPTIONS'], isAsset: false }
const asset: BrowserEndpoint = { methods: ['GET', 'HEAD', 'OPTIONS'], isAsset: true }

/**
 * What posthog-js calls, the older names of its endpoints included. Nothing here takes a percent sign, a backslash, two
 * slashes in a row, or a segment of dots, so a path that fits means the same to every server behind.
 */
const endpoints: readonly (readonly [RegExp, BrowserEndpoint])[] = [
  [/^\/(?:e|s|batch|capture|track|engage|flags|decide)\/?$/, writing],
  [/^\/i\/(?:v0\/e|v1\/(?:e|logs|metrics))\/?$/, writing],
  [/^\/api\/(?:surveys|early_access_features|web_experiments|product_tours)\/?$/, reading],
  [/^\/site_app(?:\/[\w-]+){2,3}\/?$/, reading],
  [
    /^\/api\/conversations\/v1\/widget\/(?:message|tickets|restore|restore\/request|messages\/[\w-]+(?:\/read)?)\/?$/,
    either,
  ],
  [/^\/static(?:\/(?!\.+(?:\/|$))[\w.~-]+)+$/, asset],
  [/^\/array\/[\w-]+\/(?!\.+$)[\w.-]+$/, asset],
]

/** The endpoint of a request target, path and query as they were received; undefined for everything else. */
export function endpointAt(target: string): BrowserEndpoint | undefined {
  if (!/^[\x21\x22\x24-\x7e]+$/.test(target)) return undefined
  const [path = ''] = target.split('?', 1)
  return endpoints.find(([pattern]) => pattern.test(path))?.[1]
}
