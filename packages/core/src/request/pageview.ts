import { type Agent, classifyAgent } from '../bots.ts'
import { whenRejected } from '../when-rejected.ts'
import { isAssetName } from './automated-path.ts'
import type { DocumentReason, DocumentVerdict } from './document.ts'
import type { ResolvedPageviewOptions } from './pageview-options.ts'
import type { RequestFacts, ResponseFacts } from './request-facts.ts'

/** What decided whether a request counts as a pageview. */
export type PageviewReason =
  | DocumentReason
  | 'page'
  | 'api'
  | 'route-option'
  | 'accept-option'
  | 'off'
  | 'browser'
  | 'aborted'
  | 'status'
  | 'download'
  | 'not-html'
  | 'unmatched'

/** The names that pageviews have on the wire; the second one keeps tagged bots apart. */
export type PageviewEvent = '$pageview' | '$bot_pageview'

/** Whether a request counts as a pageview, under which name, and what decided. */
export type PageviewVerdict =
  | {
      readonly counts: true
      readonly reason: PageviewReason
      readonly event: PageviewEvent
      readonly agent: Agent
    }
  | { readonly counts: false; readonly reason: PageviewReason; readonly agent?: Agent | undefined }

/** A request whose response has ended, and all that its verdict depends on. */
export interface EndedRequest {
  readonly facts: RequestFacts
  readonly document: DocumentVerdict
  readonly response: ResponseFacts
  readonly options: ResolvedPageviewOptions
  readonly ownBotTokens: readonly string[]
  /** Whether the page carries what makes the browser's library count it. */
  readonly bootstrapped: boolean
  /** Hears of an `accept` that threw or answered what it may not, as in `accept threw`. */
  readonly onBadAnswer: (problem: string) => void
}

interface Judgement {
  readonly counts: boolean
  readonly reason: PageviewReason
}

/** Decides what is counted: first whether the request was for a page, then whose pages are. */
export function judgePageview(request: EndedRequest): PageviewVerdict {
  const { facts, document, options, ownBotTokens } = request
  if (options.mode === 'off') return { counts: false, reason: 'off' }
  const { counts, reason } = wishOf(request) ?? judgeByRules(request)
  if (!counts) return { counts, reason, agent: document.agent }
  const agent = document.agent ?? classifyAgent(facts.header('user-agent'), ownBotTokens)
  if (agent.kind === 'bot') {
    if (options.bots === 'drop') return { counts: false, reason: 'bot', agent }
    return { counts, reason, agent, event: options.bots === 'tag' ? '$bot_pageview' : '$pageview' }
  }
  if (agent.kind === 'probe' && reason === 'api') return { counts: false, reason: 'probe', agent }
  if (options.mode === 'hybrid' && isBrowsers(request, reason))
    return { counts: false, reason: 'browser', agent }
  return { counts, reason, agent, event: '$pageview' }
}

/** Whoever sees no response cannot know what the page carries, and leaves it to the browser as well. */
function isBrowsers({ bootstrapped, response }: EndedRequest, reason: PageviewReason): boolean {
  return bootstrapped || (response.status === undefined && reason === 'page')
}

/** What the application says about this request, its route before its option. */
function wishOf({ facts, response, options, onBadAnswer }: EndedRequest): Judgement | undefined {
  if (response.pageview !== undefined) return { counts: response.pageview, reason: 'route-option' }
  if (!options.accept) return undefined
  try {
    const answer: unknown = options.accept(facts, response)
    if (typeof answer === 'boolean') return { counts: answer, reason: 'accept-option' }
    if (answer !== undefined) onBadAnswer('answered neither true, false nor undefined')
    whenRejected(answer, () => onBadAnswer('threw'))
  } catch {
    onBadAnswer('threw')
  }
  return undefined
}

/** Requests that are nobody's act, so that they count neither as pages nor as calls of an API. */
const automated: ReadonlySet<PageviewReason> = new Set(['prefetch', 'probe', 'asset'])

function judgeByRules({ facts, document, response, options }: EndedRequest): Judgement {
  const objection = requestObjection(document) ?? responseObjection(facts, response)
  if (!objection) return { counts: true, reason: 'page' }
  if (options.api && !automated.has(objection)) return { counts: true, reason: 'api' }
  return { counts: false, reason: objection }
}

function requestObjection({ asksForPage, reason, agent }: DocumentVerdict): PageviewReason | undefined {
  return asksForPage && agent?.kind !== 'probe' ? undefined : reason
}

function responseObjection(facts: RequestFacts, response: ResponseFacts): PageviewReason | undefined {
  const { status, completed, headersAt } = response
  if (status === undefined) {
    // Whoever answers before there is a response goes by the name: a person may open a picture or a script too.
    return isAssetName(pathOf(facts)) || facts.path.startsWith('/_next/')
      ? 'asset'
      : unmatchedBy(facts, response)
  }
  if (!completed && headersAt === undefined) return 'aborted'
  if (status < 200 || status === 204 || status === 205 || (status >= 300 && status < 400 && status !== 304)) {
    return 'status'
  }
  if (/^\s*attachment/i.test(response.contentDisposition ?? '')) return 'download'
  if (status === 304) {
    // It carries no content type: the browser shows what it has, which is a page unless the name says otherwise.
    if (isAssetName(pathOf(facts))) return 'asset'
  } else if (!/^\s*(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i.test(response.contentType ?? '')) {
    return 'not-html'
  }
  return unmatchedBy(facts, response)
}

function pathOf({ path }: RequestFacts): string {
  return path.split(/[?#]/, 1)[0] ?? ''
}

/** Scanners try paths that no route knows, and send no Sec-Fetch headers. */
function unmatchedBy(facts: RequestFacts, { route }: ResponseFacts): 'unmatched' | undefined {
  return route === undefined && facts.header('sec-fetch-dest') === undefined ? 'unmatched' : undefined
}

/** A verdict for the log, such as `not counted, reason: bot (ai, gptbot)`; nothing in it comes from the request. */
export function describeVerdict({ counts, reason, agent }: PageviewVerdict): string {
  const bot = agent?.kind === 'bot' ? ` (${agent.bot}, ${agent.token})` : ''
  return `${counts ? 'counted' : 'not counted'}, reason: ${reason}${reason === 'bot' ? bot : ''}`
}
