/** Each looks at a text once: paths of many kilobytes arrive too, and must not cost more than their length. */
const shapes = [
  /(?<![a-z0-9])[prs]k_[a-z0-9]{4}/i, // keys by their prefixes; `sk_SK` is a language
  /(?<![a-z0-9])(?:gh[oprsu]|github_pat|phx|phs|whsec)_/i,
  /(?<![a-z0-9])(?:glpat-|sq0[a-z]{3}-|xox[abceprs]-|xoxo-\d)/i,
  /(?<![a-z0-9-])[prs]k-[\w-]{0,80}(?:[a-z]\d{1,20}[a-z]|\d[a-z]{1,20}\d)/i, // `sk-` begins slugs too
  /(?<![A-Z0-9])A[KS]IA[0-9A-Z]{12,}/,
  /[^/\s@]@(?!\d+\.\d+\.\d|\dx\.)[^/\s@]+\.(?:xn--|\p{L}{2})/u, // e-mail address, and neither `vue@3.4.0` nor `logo@2x.png`
  /(?<![0-9a-f])(?=\d*[a-f])[0-9a-f]{32,}/i, // hash or token in hexadecimal
  /:\/\/[^/?#\s]*@/, // credentials of a URL
  /[?&#][\w.[\]-]{1,100}=/, // a query or fragment that was encoded once too often
  /(?<![a-z])(?:j?session_?id|phpsessid|aspsessionid[a-z]{0,20}|sid|[a-z]{0,20}_?token|[a-z]{0,20}api_?key)=./i,
  /(?<![a-z])(?:[a-z]{0,20}_?secret|passw(?:or)?d|pwd|sig|signature|otp)=./i,
]
const dottedRun = /(?<![\w-])[\w-]+\.(?=[\w-]{4})/g
/** The first part of a JSON web token is an object in base64; a `monkeyJumps.html` is none. */
const jwtHeader = /(?:^|[_-])eyJ[\w-]{8}/
const base64Run = /[\w+/=-]{32,}/g
const uuid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi
/** What stands between the dashes of a slug: words, numbers, sizes and short codes such as `256GB` or `XM5`. */
const slugPart = /^(?:[a-z]*\d{0,4}|\d+[a-z]{0,3}|.{1,7})$/i
/** Names of programs, such as `MappingJackson2HttpMessageConverter`. */
const camelCase = /^[a-z]*(?:(?:[A-Z]{1,5}(?:\d{1,3}[A-Z]?)?|\d{1,3}[A-Z]?)[a-z]{3,})*\d{0,4}$/

/** Whatever can be a secret and is no longer than `longestPlain` has one of these. */
const suspicious = /[%@=:;?&#_]|glpat|sq0|xox|[prs]k-|A[KS]IA|eyJ/i
const longestPlain = 31
const longSegment = /[^/]{32}/

/** Whether a path needs no closer look: most are of words, numbers and dates alone. */
export function isPlain(path: string): boolean {
  return !suspicious.test(path) && (path.length <= longestPlain || !longSegment.test(path))
}

/** Whether a text, already decoded, holds what looks like a key, a token, a session or an e-mail address. */
export function isSecret(text: string): boolean {
  if (text.length < 5 || (text.length <= longestPlain && !suspicious.test(text))) return false
  const rest = text.replace(uuid, '')
  return shapes.some((shape) => shape.test(rest)) || holdsJwt(rest) || holdsRandomness(rest)
}

function holdsJwt(text: string): boolean {
  return text.includes('eyJ') && (text.match(dottedRun) ?? []).some((run) => jwtHeader.test(run))
}

/** Random bytes in base64 mix cases and digits, and not in the way of words. */
function holdsRandomness(text: string): boolean {
  return text.length >= 32 && (text.match(base64Run) ?? []).some(isRandom)
}

function isRandom(run: string): boolean {
  const isMixed = /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run)
  return isMixed && !run.split(/[-_+/=]+/).every((part) => slugPart.test(part) || camelCase.test(part))
}
