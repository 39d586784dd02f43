import { type Agent, classifyAgent } from '../bots.ts'
import { automatedPath } from './automated-path.ts'
import { isPrefetch } from './prefetch.ts'
import type { RequestFacts } from './request-facts.ts'

/** What decided that a request is for a page, or is not. */
export type DocumentReason =
  | 'sec-fetch'
  | 'service-worker'
  | 'turbo-visit'
  | 'htmx-boosted'
  | 'accept'
  | 'method'
  | 'prefetch'
  | 'upgrade'
  | 'asset'
  | 'data'
  | 'fragment'
  | 'bot'
  | 'probe'

/** What a request alone tells, before there is a response. */
export interface DocumentVerdict {
  /** Whether a person is about to see a page: worth a visitor's cookie and their flags. */
  readonly isDocument: boolean
  /** Whether a page was asked for, whoever asked. */
  readonly asksForPage: boolean
  readonly reason: DocumentReason
  /** Undefined where nothing depended on it. */
  readonly agent: Agent | undefined
}

interface HeaderVerdict {
  readonly asksForPage: boolean
  readonly reason: DocumentReason
}

/**
 * Whether a request may be for a page, at a glance: false says that `judgeDocument` finds neither a page nor a bot that asks
 * for one, as for nearly all that a page fetches.
 */
export function mayBeDocument(facts: RequestFacts): boolean {
  if (facts.method !== 'GET') return false
  const dest = facts.header('sec-fetch-dest')
  return (
    dest === undefined ||
    dest === 'document' ||
    facts.header('sec-fetch-mode') === 'navigate' ||
    facts.header('x-turbo-request-id') !== undefined ||
    facts.header('hx-boosted') !== undefined
  )
}

/** Judges by the request alone. @param ownBotTokens as `classifyAgent` takes them. */
export function judgeDocument(facts: RequestFacts, ownBotTokens: readonly string[]): DocumentVerdict {
  const asked = judgeHeaders(facts)
  if (!asked.asksForPage && asked.reason !== 'accept') {
    return { ...asked, isDocument: false, agent: undefined }
  }
  const agent = classifyAgent(facts.header('user-agent'), ownBotTokens)
  if (agent.kind === 'probe') {
    return { isDocument: false, asksForPage: asked.asksForPage, reason: 'probe', agent }
  }
  if (agent.kind === 'bot') {
    // Most link previews and crawlers accept anything; that they ask for pages is what they are for.
    const asksForPage = asked.asksForPage || acceptsAnything(facts)
    return { isDocument: false, asksForPage, reason: asksForPage ? 'bot' : asked.reason, agent }
  }
  return { ...asked, isDocument: asked.asksForPage, agent }
}

function judgeHeaders(facts: RequestFacts): HeaderVerdict {
  if (isPrefetch(facts)) return notFor('prefetch')
  const verdict = facts.method === 'GET' ? judgeGet(facts) : notFor('method')
  if (verdict.asksForPage || (facts.method !== 'GET' && facts.method !== 'HEAD')) return verdict
  const path = automatedPath(facts.path)
  return path ? notFor(path) : verdict
}

function judgeGet(facts: RequestFacts): HeaderVerdict {
  const frame = facts.header('turbo-frame') !== undefined
  if (facts.header('x-turbo-request-id') !== undefined && !frame) return page('turbo-visit')
  if (facts.header('hx-boosted') === 'true') return page('htmx-boosted')
  const dest = facts.header('sec-fetch-dest')
  if (dest === 'document') return page('sec-fetch')
  if (isUpgrade(facts)) return notFor('upgrade')
  if (isFrameworkData(facts)) return notFor('data')
  if (dest !== undefined) return judgeDestination(dest, facts.header('sec-fetch-mode'))
  if (frame || facts.header('hx-request') !== undefined || isScripted(facts)) return notFor('fragment')
  return /\btext\/html\b/i.test(facts.header('accept') ?? '') ? page('accept') : notFor('accept')
}

/** Destinations of what a page is made of, by the Fetch standard. */
const partsOfPages: ReadonlySet<string> = new Set([
  ...['audio', 'audioworklet', 'font', 'image', 'manifest', 'paintworklet', 'script', 'serviceworker'],
  ...['sharedworker', 'style', 'track', 'video', 'worker', 'xslt'],
])

function judgeDestination(dest: string, mode: string | undefined): HeaderVerdict {
  // A service worker that forwards a navigation sends `empty`, and keeps the mode.
  if (dest === 'empty' && mode === 'navigate') return page('service-worker')
  return notFor(partsOfPages.has(dest) ? 'asset' : 'sec-fetch')
}

function isUpgrade(facts: RequestFacts): boolean {
  return (
    facts.header('upgrade')?.toLowerCase() === 'websocket' || facts.header('sec-fetch-mode') === 'websocket'
  )
}

/** What Next.js fetches for a page that is open already. */
function isFrameworkData(facts: RequestFacts): boolean {
  return (
    facts.header('rsc') !== undefined ||
    facts.header('x-nextjs-data') !== undefined ||
    facts.path.startsWith('/_next/data/') ||
    /[?&]_rsc=/.test(facts.path)
  )
}

/** Android's WebView puts its application's id there, such as `com.example.app`, and shows pages all the same. */
function isScripted(facts: RequestFacts): boolean {
  const value = facts.header('x-requested-with')
  return value !== undefined && !value.includes('.')
}

function acceptsAnything(facts: RequestFacts): boolean {
  return facts.method === 'GET' && /^\s*(?:\*\/\*|$)/.test(facts.header('accept') ?? '')
}

function page(reason: DocumentReason): HeaderVerdict {
  return { asksForPage: true, reason }
}

function notFor(reason: DocumentReason): HeaderVerdict {
  return { asksForPage: false, reason }
}
