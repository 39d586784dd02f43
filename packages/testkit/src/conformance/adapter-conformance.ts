import { describe } from 'vitest'
import type { AdapterHarness } from './adapter-harness.ts'
import { describeAborts } from './aborts.ts'
import { describeConsent } from './consent.ts'
import { describeFailures } from './failures.ts'
import { describeFlags } from './flags.ts'
import { describeIdentity } from './identity.ts'
import { describeInterleaving } from './interleaved.ts'
import { describeRoutes } from './routes.ts'
import { describeScope } from './scope.ts'
import { describeStreaming } from './streaming.ts'
import { describeTimeouts } from './timeouts.ts'
import { describeTransparency } from './transparency.ts'
import { describeUpgrades } from './upgrades.ts'

/**
 * What every adapter does alike, as tests on real servers and sockets. To be called at the top of a test file, once for
 * each major of the framework.
 *
 * @example
 * describeConformance(expressHarness('Express 5', express))
 */
export function describeConformance(harness: AdapterHarness): void {
  describe(`an adapter: ${harness.name}`, () => {
    describeScope(harness)
    describeInterleaving(harness)
    describeIdentity(harness)
    describeConsent(harness)
    describeFlags(harness)
    if (harness.withholds?.includes('outcome')) return
    describeRoutes(harness)
    describeFailures(harness)
    describeAborts(harness)
    describeStreaming(harness)
    describeUpgrades(harness)
    describeTimeouts(harness)
    describeTransparency(harness)
  })
}
