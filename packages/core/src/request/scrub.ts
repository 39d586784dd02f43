import { campaignParameters } from '../campaign-parameters.ts'

const mask = ':masked'

const allowedParameters: ReadonlySet<string> = new Set(campaignParameters)
/** Click ids are long and random by nature; masking them would make them useless. */
const clickIdsFrom = campaignParameters.indexOf('gclid')
const clickIds: ReadonlySet<string> = new Set(campaignParameters.slice(clickIdsFrom))

/** Each looks at a text once: paths of many kilobytes arrive too, and must not cost more than their length. */
const secretShapes = [
  /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}/, // JSON web token; its first part is an object in base64
  /(?<![a-z0-9])(?:sk|pk|rk|gh[oprsu]|github_pat|phx|phs|whsec)_/i, // keys by their prefixes
  /(?<![a-z0-9])(?:glpat|xox[a-z])-/i,
  /(?<![a-z0-9-])[prs]k-[\w-]*(?:[a-z]\d+[a-z]|\d[a-z]+\d)/i, // `sk-SK` is a language, and `sk-` begins slugs
  /(?<![A-Z0-9])A[KS]IA[0-9A-Z]{12,}/,
  /[^/\s@]@[^/\s@]+\.(?:xn--|\p{L}{2})/u, // e-mail address; a version, as in `name@1.2.3`, is none
  /(?<![0-9a-f])(?=\d*[a-f])[0-9a-f]{32,}/i, // hash or token in hexadecimal
]
const base64Run = /[\w+/=-]{32,}/g
const uuid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi
/** What stands between the dashes of a slug: words, numbers, sizes and short codes such as `256GB` or `XM5`. */
const slugPart = /^(?:[a-z]*\d{0,4}|\d+[a-z]{0,3}|.{1,7})$/i

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
  if (text.length < 5) return false
  const rest = text.replace(uuid, '')
  return secretShapes.some((shape) => shape.test(rest)) || (rest.match(base64Run) ?? []).some(isRandom)
}

/** Random bytes in base64 mix cases and digits, and not in the way of words. */
function isRandom(run: string): boolean {
  const isMixed = /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run)
  return isMixed && !run.split(/[-_+/=]+/).every((part) => slugPart.test(part))
}
