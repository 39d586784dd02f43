import { createHedgerow } from '@hedgerow/next'
import { currentCall } from './call.js'

const mounted = new WeakMap()

/** Hedgerow for a site; undefined for one without. Options of the suite are given Node's request. */
export function hedgerowOf(site) {
  if (!site.client) return undefined
  if (!mounted.has(site)) mounted.set(site, mount(site))
  return mounted.get(site)
}

function mount({ client, request: { resolve, consent, ...others } }) {
  return createHedgerow({
    client,
    ...others,
    clientIp: () => currentCall().incoming.socket.remoteAddress,
    identity: { resolve: resolve && (() => resolve(currentCall().incoming)) },
    consent: { resolve: consent?.resolve && (() => consent.resolve(currentCall().incoming)) },
  })
}
