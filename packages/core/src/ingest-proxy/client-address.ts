/** How much of a visitor's address PostHog gets: all of it, the network (IPv4 /24, IPv6 /48), or nothing. */
export type ClientAddress = 'full' | 'truncated' | 'none'

/**
 * An address as it goes upstream.
 *
 * @param ip as the framework's trust setting reports it, which is text of the client's where the setting trusts everyone.
 * @returns undefined where there is none to tell, or what is there is no address.
 */
export function forwardedAddress(ip: string | undefined, mode: ClientAddress): string | undefined {
  if (mode === 'none' || ip === undefined) return undefined
  // Some load balancers append the port.
  const v4 = /^(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?$/i.exec(ip)?.[1]
  if (v4 !== undefined) {
    if (v4.split('.').some((octet) => Number(octet) > 255)) return undefined
    return mode === 'full' ? v4 : v4.replace(/\d+$/, '0')
  }
  const v6 = ip.replace(/%.*$/s, '')
  const groups = groupsOf(v6)
  if (!groups) return undefined
  return mode === 'full' ? v6 : `${groups.slice(0, 3).join(':')}::`
}

/** The eight groups of an IPv6 address, undefined for any other text. */
function groupsOf(address: string): string[] | undefined {
  const [head = '', tail, ...more] = address.replace(/:\d+(?:\.\d+){3}$/, ':0:0').split('::')
  if (more.length > 0) return undefined
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = 8 - before.length - after.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after]
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? groups : undefined
}
