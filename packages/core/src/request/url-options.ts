import { OptionReader, wrongType } from '../option-reader.ts'

/**
 * Says whether a part of a URL is a secret: a pattern that it matches, or a function that answers at once. A function that
 * throws, or answers anything but true or false, counts as saying yes.
 */
export type SecretRule = RegExp | ((text: string) => boolean)

/** What is left of a URL when it is recorded. */
export type UrlMode = 'template' | 'scrubbed' | 'raw'

/** Options for how URLs are recorded, wherever they turn up: in the request, its referrer, and messages of exceptions. */
export interface UrlOptions {
  /**
   * `scrubbed` masks what looks like a secret and keeps the query by allow-list; `template` records the route's template
   * instead of the path, and no query; `raw` records path and query as they are. A fragment is never recorded.
   * @default 'scrubbed'
   */
  mode?: UrlMode | undefined
  /**
   * Parameters of the query that are kept beside campaign parameters and click ids, exactly as they are written; their values
   * are scrubbed. @default []
   *
   * @example
   * parameters: ['page', 'sort']
   */
  parameters?: readonly string[] | undefined
  /**
   * What is masked here besides what looks like a secret anywhere: asked of each segment of a path and each kept value, decoded,
   * but not of click ids. @default []
   *
   * @example
   * secrets: [/^inv_/, (text) => isTicketNumber(text)]
   */
  secrets?: readonly SecretRule[] | undefined
}

/** `UrlOptions` after defaults and checks. */
export interface ResolvedUrlOptions {
  readonly mode: UrlMode
  readonly parameters: readonly string[]
  /** May throw, and answer anything. */
  readonly secrets: readonly ((text: string) => unknown)[]
}

/** Names of all members of `UrlOptions`. */
export const urlOptionNames = ['mode', 'parameters', 'secrets']

/** How URLs are recorded where nobody said anything. */
export const defaultUrlOptions: ResolvedUrlOptions = { mode: 'scrubbed', parameters: [], secrets: [] }

/** @throws ConfigError for a value that cannot work. */
export function resolveUrlOptions(
  given: Readonly<Record<string, unknown>>,
  warnings: string[],
): ResolvedUrlOptions {
  const read = new OptionReader(given, warnings, 'urls.')
  return {
    mode: read.oneOf('mode', ['template', 'scrubbed', 'raw'], defaultUrlOptions.mode),
    parameters: [...read.texts('parameters')],
    secrets: secretsFrom(read.given('secrets')),
  }
}

function secretsFrom(given: unknown): readonly ((text: string) => unknown)[] {
  if (given === undefined) return []
  if (!Array.isArray(given)) throw wrongType('urls.secrets', 'a list of patterns and functions', given)
  const rules: readonly unknown[] = given
  return rules.map((rule, at) => {
    if (rule instanceof RegExp) return testOf(rule)
    if (typeof rule === 'function') return (text) => Reflect.apply(rule, undefined, [text])
    throw wrongType(`urls.secrets[${at}]`, 'a pattern or a function', rule)
  })
}

/** With the flags `g` and `y` a pattern remembers where it was; ours begins anew, and the application's own is left alone. */
function testOf(pattern: RegExp): (text: string) => boolean {
  const own = new RegExp(pattern)
  return (text) => {
    own.lastIndex = 0
    return own.test(text)
  }
}
