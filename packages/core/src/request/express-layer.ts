/** A layer of an Express router's stack, as far as 4 and 5 keep what it was mounted with. */
export interface RouterLayer {
  readonly route?: object | undefined
  readonly handle?: { readonly stack?: readonly RouterLayer[] }
  /** Express 5 from router 2.3 on: the path as written. */
  readonly rawPath?: unknown
  /** Express 5: mounted at `/`. */
  readonly slash?: boolean
  /** Express 5: one matcher per path. */
  readonly matchers?: readonly ((path: string) => LayerMatch | false)[]
  /** Express 4. */
  readonly regexp?: RegExp & { readonly fast_slash?: boolean }
  readonly keys?: readonly { readonly name: string | number }[]
}

interface LayerMatch {
  readonly path: string
  readonly params: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** What a mounted router took off the front of a path. */
export interface MountPrefix {
  /** As written when it was mounted, or rebuilt: `/shops/:shop`. */
  readonly template: string
  /** Length of the concrete prefix. */
  readonly length: number
}

/** Matches a layer against a path, without the side effects of the layer's own method. Undefined: it does not match. */
export function mountPrefix(layer: RouterLayer, path: string): MountPrefix | undefined {
  if (layer.slash || layer.regexp?.fast_slash) return { template: '', length: 0 }
  return layer.matchers ? prefixFromMatchers(layer, layer.matchers, path) : prefixFromRegexp(layer, path)
}

function prefixFromMatchers(
  layer: RouterLayer,
  matchers: NonNullable<RouterLayer['matchers']>,
  path: string,
): MountPrefix | undefined {
  for (const [index, matcher] of matchers.entries()) {
    const match = matcher(path)
    if (!match) continue
    const written = Array.isArray(layer.rawPath) ? (layer.rawPath as unknown[])[index] : layer.rawPath
    const template = typeof written === 'string' ? written.replace(/\/+$/, '') : templateFromParams(match)
    return { template, length: match.path.replace(/\/+$/, '').length }
  }
  return undefined
}

function templateFromParams({ path, params }: LayerMatch): string {
  const nameOf = new Map(Object.entries(params).map(([name, value]) => [String(value), name]))
  return path
    .replace(/\/+$/, '')
    .split('/')
    .map((segment) => {
      const name = nameOf.get(decoded(segment))
      return segment === '' || name === undefined ? segment : `:${name}`
    })
    .join('/')
}

/** Express 4 keeps the pattern only as a regular expression and its keys: what the groups matched becomes their names. */
function prefixFromRegexp({ regexp, keys = [] }: RouterLayer, path: string): MountPrefix | undefined {
  if (!regexp) return undefined
  const match = new RegExp(regexp.source, `${regexp.flags.replace('d', '')}d`).exec(path)
  if (!match?.indices) return undefined
  let template = ''
  let at = 0
  keys.forEach(({ name }, index) => {
    const range = match.indices?.[index + 1]
    if (!range || range[0] < at) return
    template += `${path.slice(at, range[0])}:${name}`
    at = range[1]
  })
  const matched = match[0].replace(/\/+$/, '')
  return { template: template + path.slice(at, Math.max(at, matched.length)), length: matched.length }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
