/** Shared hosting suffixes on which posthog-js keeps its cookie to the one host. */
const hostOnlySuffixes = ['herokuapp.com', 'vercel.app', 'netlify.app']

/** Where a cookie for the browser SDK may be set. `domain` undefined: host-only. */
export type CookiePlace = { readonly domain: string | undefined }

/**
 * Where to set posthog-js's cookie so that it lies exactly where the SDK itself would put it: a second one beside it
 * would split every visitor. Undefined where that cannot be known: on a named host without `cookieDomain`.
 *
 * @param cookieDomain the domain that the browser SDK uses, such as `example.com`.
 */
export function cookiePlace(host: string, cookieDomain: string | undefined): CookiePlace | undefined {
  const name = hostName(host)
  if (cookieDomain)
    return name === cookieDomain || name.endsWith(`.${cookieDomain}`) ? { domain: cookieDomain } : undefined
  return isHostOnly(name) ? { domain: undefined } : undefined
}

/** Every domain form under which a cookie of this host may lie: host-only, and each parent domain. */
export function cookiePlaces(host: string): CookiePlace[] {
  const name = hostName(host)
  const places: CookiePlace[] = [{ domain: undefined }]
  if (isAddress(name)) return places
  const labels = name.split('.')
  for (let from = 0; from < labels.length - 1; from++) places.push({ domain: labels.slice(from).join('.') })
  return places
}

function hostName(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase()
}

function isHostOnly(name: string): boolean {
  if (name === 'localhost' || isAddress(name)) return true
  return hostOnlySuffixes.some((suffix) => name === suffix || name.endsWith(`.${suffix}`))
}

function isAddress(name: string): boolean {
  return name.startsWith('[') || /^\d+(?:\.\d+){3}$/.test(name)
}
