import { currentCall } from './call.js'
import { hedgerowOf } from './hedgerow.js'

/** The place of authentication. */
export function proxy(request) {
  const { site, incoming } = currentCall()
  const own = () => void site.authenticate?.(incoming)
  return hedgerowOf(site)?.proxy(request, own) ?? own()
}
