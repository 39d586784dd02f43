import { OptionReader } from '../option-reader.ts'
import type { RequestFacts, ResponseFacts } from './request-facts.ts'

/**
 * Says that a request counts, with true, or does not, with false; undefined leaves it to the rules. Called once, when the
 * response has ended. One that throws, or answers anything else, counts as undefined.
 */
export type AcceptPageview = (request: RequestFacts, response: ResponseFacts) => boolean | undefined

/** What becomes of a page that a bot asked for. */
export type BotPolicy = 'drop' | 'tag' | 'capture'

/** Options for what is counted as a pageview. */
export interface PageviewOptions {
  /**
   * Who counts pageviews: the server alone; in `hybrid` the browser's library those pages that rendered
   * `bootstrapScript()`, and the server all others; or, with `off`, nobody here. @default 'server'
   */
  mode?: 'server' | 'hybrid' | 'off' | undefined
  /**
   * Overrides the rules for single requests; whether bots count is still decided by `bots`. @default none
   *
   * @example
   * accept: (request) => (request.path.startsWith('/embed/') ? false : undefined)
   */
  accept?: AcceptPageview | undefined
  /** Counts every request, calls of an API too, but for prefetches, health checks and assets. @default false */
  api?: boolean | undefined
  /** Leaves bots out, gives their pageviews the name `$bot_pageview`, or counts them like people. @default 'drop' */
  bots?: BotPolicy | undefined
}

/** `PageviewOptions` after defaults and checks. */
export interface ResolvedPageviewOptions {
  readonly mode: 'server' | 'hybrid' | 'off'
  readonly accept: AcceptPageview | undefined
  readonly api: boolean
  readonly bots: BotPolicy
}

/** Names of all members of `PageviewOptions`. */
export const pageviewOptionNames = ['mode', 'accept', 'api', 'bots']

/** @throws ConfigError for a value that cannot work. */
export function resolvePageviewOptions(
  given: Readonly<Record<string, unknown>>,
  warnings: string[],
): ResolvedPageviewOptions {
  const read = new OptionReader(given, warnings, 'pageviews.')
  return {
    mode: read.oneOf('mode', ['server', 'hybrid', 'off'], 'server'),
    accept: read.function<AcceptPageview>('accept'),
    api: read.boolean('api', false),
    bots: read.oneOf('bots', ['drop', 'tag', 'capture'], 'drop'),
  }
}
