import { afterAll, beforeAll } from 'vitest'
import { type AdapterHarness, describeConformance } from 'testkit/conformance'
import type { HedgerowClient } from '@hedgerow/core'
import { type ConformanceApp, startConformanceApp } from './conformance/next-harness.ts'

let app: ConformanceApp

beforeAll(async () => {
  app = await startConformanceApp()
}, 330_000)

afterAll(() => app?.remove())

/**
 * Next.js lets handlers see requests and responses of the web alone, and the proxy counts a page before there is one: what is
 * about Node's, and about statuses, times and visitors who leave, cannot hold. `test/twins.test.ts` is about responses.
 */
const harness: AdapterHarness<HedgerowClient> = {
  name: 'Next.js 16',
  withholds: ['request', 'response', 'outcome'],
  createClient: (token, options) => app.harness.createClient(token, options),
  start: (site) => app.harness.start(site),
}

describeConformance(harness)
