import { describe } from 'vitest'
import { describeAppRouter } from './app-router-suite.ts'
import { describeDevelopment } from './development-suite.ts'
import { describeGates } from './gates-suite.ts'
import { describePagesRouter } from './pages-router-suite.ts'
import { describeRoutes } from './routes-suite.ts'
import { useSite } from './site.ts'

describe('an application of Next.js 16', () => {
  const site = useSite(16)

  describeAppRouter(site)
  describePagesRouter(site)
  describeGates(site)
  describeRoutes(site)
  describeDevelopment(site)
})
