import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

/** Tests run from source: workspace packages resolve to their `src`, so no build is needed first. */
export const base = defineConfig({
  ssr: { resolve: { conditions: ['@hedgerow/source', ...defaultServerConditions] } },
  test: { include: ['src/**/*.test.ts', 'test/**/*.test.ts'] },
})
