import { describeConformance } from 'testkit/conformance'
import { fastifyHarness } from './fastify-harness.ts'
import { majors } from './test-site.ts'

for (const [name, fastify] of majors) describeConformance(fastifyHarness(name, fastify))
