import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe } from 'vitest'
import { describeAppRouter } from './app-router-suite.ts'
import { describeGates } from './gates-suite.ts'
import { describePagesRouter } from './pages-router-suite.ts'
import { describeRecordedClient } from './recorded-client-suite.ts'
import { describeRoutes } from './routes-suite.ts'
import { useSite } from './site.ts'

describe('an application of Next.js 15', () => {
  const site = useSite(15)

  describeAppRouter(site)
  describePagesRouter(site)
  describeGates(site)
  describeRoutes(site)
  describeRecordedClient(15, {
    get posthog() {
      return site.posthog
    },
    ask: (path, options) => site.ask(path, options),
    buildId: () => readFile(join(site.app.directory, '.next/BUILD_ID'), 'utf8'),
  })
})
