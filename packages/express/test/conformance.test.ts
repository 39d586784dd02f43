import { describeConformance } from 'testkit/conformance'
import { expressHarness } from './express-harness.ts'
import { majors } from './test-site.ts'

for (const [name, express] of majors) describeConformance(expressHarness(name, express))
