import { campaignParameters } from '../campaign-parameters.ts'
import { whenRejected } from '../when-rejected.ts'
import { decoded, decodedOnce } from '../percent-decoding.ts'
import { isPlain, isSecret } from './secret-shapes.ts'
import type { ResolvedUrlOptions, UrlMode } from './url-options.ts'

const mask = ':masked'
/** What stands for a path whose route is not known. */
export const unmatched = '(unmatched)'

/** Click ids are long and random by nature; masking them would make them useless. */
const clickIds: ReadonlySet<string> = new Set(campaignParameters.slice(campaignParameters.indexOf('gclid')))
/** Parameters that are URLs with parameters that are URLs: deeper than this nobody reads them, and their query goes. */
const deepestQuery = 3
const mostLayers = 5
const authorityForm = /^((?:[a-z][a-z0-9+.-]{0,30}:)?\/\/)([^/?]*)(.*)$/is

/** Applications have fewer, unless theirs hold parts of paths. */
const mostRoutes = 1000

/** Makes of the parts of URLs what may be recorded, as the options of one request layer say. */
export class UrlScrubber {
  readonly mode: UrlMode
  readonly #kept: ReadonlySet<string>
  readonly #secrets: ResolvedUrlOptions['secrets']
  readonly #onBadRule: (problem: string) => void
  /** Templates as they may be recorded. */
  readonly #routes = new Map<string, string>()

  /** @param onBadRule hears of a rule of the application that threw or answered what it may not, as in `threw`. */
  constructor(options: ResolvedUrlOptions, onBadRule: (problem: string) => void) {
    this.mode = options.mode
    this.#kept = new Set([...campaignParameters, ...options.parameters])
    this.#secrets = options.secrets
    this.#onBadRule = onBadRule
  }

  /** The path of a request whose route may be known. */
  pathname(path: string, route: string | undefined): string {
    return this.mode === 'template' ? this.route(route) : this.segments(path)
  }

  /** A route's template: where a framework has lost track of it, the template holds parts of the path. */
  route(route: string | undefined): string {
    if (route === undefined) return unmatched
    if (this.mode === 'raw') return route
    const known = this.#routes.get(route)
    if (known !== undefined) return known
    const scrubbed = scrubbedRoute(route)
    if (this.#routes.size < mostRoutes) this.#routes.set(route, scrubbed)
    return scrubbed
  }

  /** The path of any other URL, whose route nobody knows. */
  path(path: string): string {
    if (this.mode !== 'template') return this.segments(path)
    return path === '/' || path === '' ? path : `/${unmatched}`
  }

  /** A path with the segments that look like secrets masked; ordinary ids, dates and words stay. */
  segments(path: string): string {
    if (this.mode === 'raw' || (this.#secrets.length === 0 && isPlain(path))) return path
    return path
      .split('/')
      .map((segment) => this.#segment(segment))
      .join('/')
  }

  /** What is kept of a query, whose text comes without its `?`. Empty, or with it. */
  query(text: string): string {
    if (text === '' || this.mode === 'template') return ''
    return this.mode === 'raw' ? `?${text}` : this.#query(text, 0)
  }

  /** The value of a kept parameter. */
  value(name: string, value: string): string {
    return this.mode === 'raw' ? value : this.#value(name, value, 0)
  }

  #segment(segment: string): string {
    if (segment === '') return segment
    if (!segment.includes(';')) return this.#isSecret(decoded(segment)) ? mask : segment
    return segment
      .split(';')
      .map((part) => this.#matrixPart(part))
      .join(';')
  }

  /** One of what semicolons divide a segment into, such as `jsessionid=…`. */
  #matrixPart(part: string): string {
    const text = decoded(part)
    const [name = ''] = part.split('=', 1)
    const value = decoded(part.slice(name.length + 1))
    if (!this.#isSecret(text) && (value === '' || !this.#isSecret(value))) return part
    return name === part || this.#isSecret(decoded(name)) ? mask : `${name}=${mask}`
  }

  #query(text: string, depth: number): string {
    let kept = ''
    for (const pair of text.split('&')) {
      const equals = pair.indexOf('=')
      const writtenName = equals < 0 ? pair : pair.slice(0, equals)
      const name = fromForm(writtenName)
      if (!this.#kept.has(name)) continue
      const value = fromForm(pair.slice(writtenName.length + 1))
      const scrubbed = this.#value(name, value, depth)
      const written = scrubbed === value ? pair : `${writtenName}=${encodeURIComponent(wellFormed(scrubbed))}`
      kept += `${kept === '' ? '?' : '&'}${written}`
    }
    return kept
  }

  #value(name: string, value: string, depth: number): string {
    if (value === '' || clickIds.has(name)) return value
    const url = urlWithin(value)
    if (url === undefined) return this.#isSecret(decoded(value)) ? mask : value
    const scrubbed = this.#url(url, depth)
    return scrubbed === url ? value : scrubbed
  }

  /** A URL in a parameter, absolute or a path: without credentials and fragment. */
  #url(text: string, depth: number): string {
    const [target = ''] = text.split('#', 1)
    const [, scheme = '', authority = '', rest = target] = authorityForm.exec(target) ?? []
    const host = authority.slice(authority.lastIndexOf('@') + 1)
    const mark = rest.indexOf('?')
    const path = this.path(mark < 0 ? rest : rest.slice(0, mark))
    const keepsQuery = mark >= 0 && this.mode !== 'template' && depth < deepestQuery
    const query = keepsQuery ? this.#query(rest.slice(mark + 1), depth + 1) : ''
    return `${scheme}${host !== '' && this.#isSecret(host) ? mask : host}${path}${query}`
  }

  #isSecret(text: string): boolean {
    return isSecret(text) || this.#secrets.some((rule) => this.#fits(rule, text))
  }

  #fits(rule: (text: string) => unknown, text: string): boolean {
    try {
      const answer = rule(text)
      if (typeof answer === 'boolean') return answer
      whenRejected(answer, () => {})
      this.#onBadRule('answered neither true nor false')
    } catch {
      this.#onBadRule('threw')
    }
    return true
  }
}

function scrubbedRoute(route: string): string {
  return route
    .split('/')
    .map((segment) => (isSecret(decoded(segment)) ? mask : segment))
    .join('/')
}

/** The URL that a value is, below as many layers of encoding as it takes; undefined for one that is none. */
function urlWithin(value: string): string | undefined {
  let text = value
  for (let layer = 0; layer < mostLayers; layer++) {
    if (text.startsWith('/') || (text.includes('//') && authorityForm.test(text))) return text
    const next = text.includes('%') ? decodedOnce(text) : text
    if (next === text) return undefined
    text = next
  }
  return undefined
}

function fromForm(text: string): string {
  return decodedOnce(text.includes('+') ? text.replaceAll('+', ' ') : text)
}

/** Half a character, which a URL cannot hold, becomes the sign for one that is broken. */
function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\u{fffd}')
}
