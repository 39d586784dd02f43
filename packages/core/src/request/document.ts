import { agentKind } from '../bots.ts'
import type { RequestFacts } from './request-facts.ts'

/** Why a request is, or is not, one for a document that a person opens. */
export type DocumentVerdict =
  | { readonly isDocument: true; readonly reason: 'sec-fetch' | 'turbo-visit' | 'htmx-boosted' | 'accept' }
  | {
      readonly isDocument: false
      readonly reason: 'method' | 'prefetch' | 'bot' | 'probe' | 'sec-fetch' | 'fragment' | 'accept'
    }

/** Judges by the request alone, before there is a response. @param ownBotTokens as `agentKind` takes them. */
export function judgeDocument(facts: RequestFacts, ownBotTokens: readonly string[]): DocumentVerdict {
  if (facts.method !== 'GET') return { isDocument: false, reason: 'method' }
  if (isPrefetch(facts)) return { isDocument: false, reason: 'prefetch' }
  const verdict = judgeHeaders(facts)
  if (!verdict.isDocument) return verdict
  const kind = agentKind(facts.header('user-agent'), ownBotTokens)
  return kind === 'person' ? verdict : { isDocument: false, reason: kind }
}

/** Speculative loads of browsers and frameworks: nobody has seen the page yet. */
function isPrefetch(facts: RequestFacts): boolean {
  const purpose = `${facts.header('sec-purpose') ?? ''},${facts.header('purpose') ?? ''},${facts.header('x-moz') ?? ''}`
  return /prefetch|prerender|preview/i.test(purpose)
}

function judgeHeaders(facts: RequestFacts): DocumentVerdict {
  const frame = facts.header('turbo-frame') !== undefined
  if (facts.header('x-turbo-request-id') !== undefined && !frame)
    return { isDocument: true, reason: 'turbo-visit' }
  if (facts.header('hx-boosted') === 'true') return { isDocument: true, reason: 'htmx-boosted' }
  const dest = facts.header('sec-fetch-dest')
  if (dest !== undefined) {
    // A service worker that forwards a navigation sends `empty`, and keeps the mode.
    const isDocument =
      dest === 'document' || (dest === 'empty' && facts.header('sec-fetch-mode') === 'navigate')
    return { isDocument, reason: 'sec-fetch' }
  }
  if (frame || facts.header('x-requested-with') !== undefined || facts.header('hx-request') !== undefined) {
    return { isDocument: false, reason: 'fragment' }
  }
  return { isDocument: /\btext\/html\b/i.test(facts.header('accept') ?? ''), reason: 'accept' }
}
