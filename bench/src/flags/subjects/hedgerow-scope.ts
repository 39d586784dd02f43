import type { RequestFacts, ResponseCookies } from '@hedgerow/core/adapter'
import type { FlagSnapshot } from '@hedgerow/core'
import type { SyncFlagReader } from '../flag-reader.ts'
import type { FlagWorld } from '../flag-workload.ts'
import { prepareFlags } from '../prepare-flags.ts'
import type { Visitor } from '../visitors.ts'
import { hedgerowClient } from './hedgerow-client.ts'

/**
 * What a handler does: a request scope is opened, settles whose it is, and its snapshot is read. A scope knows no person
 * properties, so flags that need them stay undecided.
 */
export async function open(world: FlagWorld): Promise<SyncFlagReader> {
  const client = await hedgerowClient(world)
  const layer = client.requestLayer<{ readonly userId: string }>({
    identity: { resolve: ({ userId }) => userId },
  })
  const silently = { sendFeatureFlagEvents: false }
  const flagsOf = (visitor: Visitor): FlagSnapshot =>
    layer.open({ userId: visitor.distinctId }, apiCall, noCookies).flags
  return {
    isAsync: false,
    one: (key, visitor) => flagsOf(visitor).getFlag(key, silently),
    all(visitor, see) {
      for (const [key, value] of flagsOf(visitor).entries()) see(key, value)
    },
    close: async () => void (await client.shutdown()),
  }
}

export const prepare = prepareFlags(open)

/** Not a page, so nothing is captured and no cookie asked for. */
const apiCall: RequestFacts = {
  method: 'GET',
  protocol: 'https',
  host: 'shop.example.com',
  path: '/api/cart',
  ip: '203.0.113.9',
  header: (name) => (name === 'sec-fetch-dest' ? 'empty' : undefined),
}

const noCookies: ResponseCookies = { beforeHeaders() {}, setCookie: () => false }
