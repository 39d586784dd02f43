const mask = ':masked'

/** Parameters that say where a visit came from. */
export const campaignParameters = [
  ...['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term', 'gad_source', 'mc_cid'],
  ...[
    'gclid',
    'gclsrc',
    'dclid',
    'gbraid',
    'wbraid',
    'fbclid',
    'msclkid',
    'twclid',
    'li_fat_id',
    'igshid',
    'ttclid',
  ],
  ...['rdt_cid', 'epik', 'qclid', 'sccid', 'irclid', '_kx', 'oppref', 'bfcid'],
] as const

const allowedParameters: ReadonlySet<string> = new Set(campaignParameters)
/** Click ids are long and random by nature; masking them would make them useless. */
const clickIdsFrom = campaignParameters.indexOf('gclid')
const clickIds: ReadonlySet<string> = new Set(campaignParameters.slice(clickIdsFrom))

const secretShapes = [
  /^ey[\w-]+\.[\w-]+\.[\w-]*$/, // JSON web token
  /^(?:sk|pk|rk|ghp|gho|ghu|ghs|github_pat|glpat|xox[a-z]|phx|phs|whsec)[_-]/i, // keys by their prefixes
  /^AKIA[0-9A-Z]{12,}$/,
  /[^/\s@]+@[^/\s@]+\.[^/\s@]+/, // e-mail address
  /(?:^|[^0-9a-f])[0-9a-f]{32,}(?:$|[^0-9a-f])/i, // hash or token in hexadecimal
]
const longRun = /[\w-]{32,}/g
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** A path with the segments that look like secrets masked; ordinary ids, dates and words stay. */
export function scrubPath(path: string): string {
  return path
    .split('/')
    .map((segment) => (isSecret(decoded(segment)) ? mask : segment))
    .join('/')
}

/** A query reduced to campaign parameters, their values masked where they look like secrets. Empty, or with its `?`. */
export function scrubQuery(query: URLSearchParams): string {
  const kept = new URLSearchParams()
  for (const [name, value] of query) {
    if (allowedParameters.has(name)) kept.append(name, scrubValue(name, value))
  }
  const text = kept.toString()
  return text === '' ? '' : `?${text}`
}

/** The value of an allowed parameter as it may be recorded. */
export function scrubValue(name: string, value: string): string {
  return !clickIds.has(name) && isSecret(value) ? mask : value
}

/** Bounded, because decoding twice is enough for what frameworks produce by accident. */
function decoded(segment: string): string {
  let text = segment
  for (let round = 0; round < 2 && text.includes('%'); round++) {
    try {
      text = decodeURIComponent(text)
    } catch {
      return text
    }
  }
  return text
}

function isSecret(text: string): boolean {
  if (text.length < 5 || uuid.test(text)) return false
  if (secretShapes.some((shape) => shape.test(text))) return true
  return (text.match(longRun) ?? []).some((run) => /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run))
}
