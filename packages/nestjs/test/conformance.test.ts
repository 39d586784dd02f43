import { describeConformance } from 'testkit/conformance'
import { nestHarness } from './nest-harness.ts'
import { platforms } from './platforms.ts'

for (const platform of platforms) describeConformance(nestHarness(platform))
