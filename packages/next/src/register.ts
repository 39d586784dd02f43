import { ConfigError } from '@hedgerow/core'
import { loadRoutes } from './application-routes.ts'
import { isOnPlatform } from './keep-alive.ts'
import type { MountedClient } from './mounted-client.ts'

/** Makes what a server does when it starts. */
export function registerOf(mounted: MountedClient, distDir: string): () => void {
  return function register() {
    if (process.env.NEXT_RUNTIME === 'edge' || process.env.NEXT_PHASE === 'phase-production-build') return
    if (!loadRoutes(distDir)) mounted.current.layer.report(noRoutes(distDir))
    if (!isOnPlatform()) mounted.loadDefinitions()
  }
}

function noRoutes(distDir: string): ConfigError {
  return new ConfigError(
    `register() found no routes-manifest.json in ${distDir}, so pageviews have no $route; start the server in the folder of the application, or set distDir as in its next.config`,
  )
}
