import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

/** Tests run from source: workspace packages resolve to their `src`, so no build is needed first. */
export const base = defineConfig({
  ssr: { resolve: { conditions: ['@hedgerow/source', ...defaultServerConditions] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // No test patches what is global, so files may share what they import: that is half of the time.
    isolate: false,
    // Nothing here takes long by itself; a machine that runs every package at once may.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
