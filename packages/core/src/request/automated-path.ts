/** Paths that monitoring asks for by custom, without a slash at their end. */
const probePaths: ReadonlySet<string> = new Set([
  ...['/health', '/healthz', '/healthcheck', '/health-check', '/_health', '/health/live', '/health/ready'],
  ...['/live', '/livez', '/alive', '/ready', '/readyz', '/ping', '/up', '/heartbeat', '/status', '/metrics'],
  ...['/-/healthy', '/-/ready', '/actuator/health', '/api/health', '/api/healthz'],
])

const assetName =
  /\.(?:css|js|mjs|map|wasm|png|jpe?g|gif|webp|avif|svg|ico|bmp|woff2?|ttf|otf|eot|mp[34]|webm|ogg|wav|webmanifest)$/i

/**
 * What a path says of a request that did not ask for a page: that it is a health check, or for a file that pages are made
 * of. A person who opens such a path sees a page like any other, so this never decides alone.
 */
export function automatedPath(target: string): 'probe' | 'asset' | undefined {
  const path = target.split(/[?#]/, 1)[0] ?? ''
  if (probePaths.has((path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path).toLowerCase())) {
    return 'probe'
  }
  return isAssetName(path) ? 'asset' : undefined
}

/** Whether a path ends as the file of an image, a script, a style, a font or the like. */
export function isAssetName(path: string): boolean {
  return assetName.test(path)
}
