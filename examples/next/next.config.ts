import { join } from 'node:path'
import type { NextConfig } from 'next'

const config: NextConfig = {
  // This example lies in the repository of the packages that it uses.
  turbopack: { root: join(import.meta.dirname, '../..') },
  // The repository checks its types in one way for all.
  typescript: { ignoreBuildErrors: true },
  // Calls of posthog-js end in a slash, and would each be sent twice.
  skipTrailingSlashRedirect: true,
}

export default config
