/** Shared hosting suffixes on which posthog-js keeps its cookie to the one host. */
const hostOnlySuffixes = ['herokuapp.com', 'vercel.app', 'netlify.app']

const nameShape = /^[a-z0-9_.-]{1,253}$/

/** In labels. */
const longestName = 8

/** Where a cookie lies. `domain` undefined: host-only. */
export type CookiePlace = { readonly domain: string | undefined }

/**
 * Where to set posthog-js's cookie so that it lies exactly where the SDK itself would put it: a second one beside it
 * would split every visitor. Undefined where that cannot be known: on a named host without `cookieDomain`.
 *
 * @param cookieDomain the domain that the browser SDK uses, such as `example.com`.
 */
export function browserCookiePlace(host: string, cookieDomain: string | undefined): CookiePlace | undefined {
  const name = hostName(host)
  if (cookieDomain) return isWithin(name, cookieDomain) ? { domain: cookieDomain } : undefined
  return isHostOnly(name) ? { domain: undefined } : undefined
}

/** Where to set our own cookie: on the whole domain where that is named, else on the one host. */
export function ownCookiePlace(host: string, cookieDomain: string | undefined): CookiePlace {
  return { domain: cookieDomain && isWithin(hostName(host), cookieDomain) ? cookieDomain : undefined }
}

/**
 * Every domain form under which a cookie of this host may lie: host-only, and each parent domain. What is no name has no
 * parents, and of a name with too many labels the nearest ones to the root count: the client writes this header.
 */
export function cookiePlaces(host: string): CookiePlace[] {
  const name = hostName(host)
  const labels = isAddress(name) || !nameShape.test(name) ? [] : name.split('.').slice(-longestName)
  const parents = labels.slice(0, -1).map((_label, from) => ({ domain: labels.slice(from).join('.') }))
  return [{ domain: undefined }, ...parents]
}

function hostName(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase()
}

function isWithin(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`)
}

function isHostOnly(name: string): boolean {
  return name === 'localhost' || isAddress(name) || hostOnlySuffixes.some((suffix) => isWithin(name, suffix))
}

function isAddress(name: string): boolean {
  return name.startsWith('[') || /^\d+(?:\.\d+){3}$/.test(name)
}
