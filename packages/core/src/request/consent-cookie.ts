/** A longer value is nothing that posthog-js writes. */
const longestValue = 100

const yes: ReadonlySet<string> = new Set(['1', 'true', 'yes'])
const no: ReadonlySet<string> = new Set(['0', 'false', 'no'])

/** Name of the cookie in which posthog-js keeps a visitor's consent. */
export function consentCookieName(token: string): string {
  return `__ph_opt_in_out_${token}`
}

/**
 * Reads posthog-js's consent cookie from the values sent under its name; never throws. Of several, which appear when
 * domains overlap, one that says no counts. Undefined where none says anything.
 */
export function readConsentCookie(values: readonly string[]): 'granted' | 'denied' | undefined {
  let consent: 'granted' | undefined
  for (const value of values) {
    const text = plainText(value)
    if (no.has(text)) return 'denied'
    if (yes.has(text)) consent = 'granted'
  }
  return consent
}

/** Raw, as a JSON text, encoded once or twice: versions of posthog-js, frameworks and proxies differ. */
function plainText(value: string): string {
  if (value.length > longestValue) return ''
  let text = value
  for (let decoded = 0; decoded < 2 && text.includes('%'); decoded++) {
    try {
      text = decodeURIComponent(text)
    } catch {
      return ''
    }
  }
  return (/^"(.*)"$/.exec(text)?.[1] ?? text).trim().toLowerCase()
}
