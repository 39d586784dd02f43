import { type BotKind, furtherBotTokens, posthogBotTokens, probeTokens } from './bot-tokens.ts'

/**
 * Who a user agent says is asking. `token` is the part of it that decided; `unknown` is neither a browser nor a known
 * bot, such as an empty one or a library for HTTP.
 */
export type Agent =
  | { readonly kind: 'human' | 'unknown' }
  | { readonly kind: 'probe'; readonly token: string }
  | { readonly kind: 'bot'; readonly bot: BotKind; readonly token: string }

/** As much of a user agent as events carry. */
const longestAgent = 1000

const meanings: ReadonlyMap<string, Agent> = new Map<string, Agent>([
  ...probeTokens.map((token) => [token, { kind: 'probe', token }] as const),
  ...[...Object.entries(furtherBotTokens), ...Object.entries(posthogBotTokens)].flatMap(([bot, tokens]) =>
    // The keys of both tables are kinds; `Object.entries` forgets that.
    tokens.map((token) => [token, { kind: 'bot', bot: bot as BotKind, token }] as const),
  ),
])

/** All tokens in one pass. It has no repetition, so it looks at each position once, whatever the agent. */
const anyToken = new RegExp([...meanings.keys()].map(literal).join('|'), 'i')

/** Browsers say `Mozilla/`, but for old ones and those that run in a terminal. */
const anyBrowser = /^(?:mozilla\/|opera\/|lynx\/|e?links[ /]|w3m\/|dillo\/|netsurf\/)/i

const human: Agent = { kind: 'human' }
const unknown: Agent = { kind: 'unknown' }

/** Most requests come from a few browsers; where each has an agent of its own, remembering starts anew. */
const mostRemembered = 500
const remembered = new WeakMap<readonly string[], Map<string, Agent>>()

/**
 * Who is behind a user agent.
 *
 * @param ownTokens further parts of user agents that are bots here, in lower case; never changed.
 */
export function classifyAgent(userAgent: string | undefined, ownTokens: readonly string[]): Agent {
  if (!userAgent) return unknown
  if (userAgent.length > longestAgent) return classify(userAgent.slice(0, longestAgent), ownTokens)
  const agents = remembered.get(ownTokens) ?? new Map<string, Agent>()
  const known = agents.get(userAgent)
  if (known) return known
  if (agents.size >= mostRemembered) agents.clear()
  const agent = classify(userAgent, ownTokens)
  remembered.set(ownTokens, agents.set(userAgent, agent))
  return agent
}

function classify(agent: string, ownTokens: readonly string[]): Agent {
  const own = ownTokens.length > 0 ? ownToken(agent.toLowerCase(), ownTokens) : undefined
  if (own !== undefined) return { kind: 'bot', bot: 'own', token: own }
  const token = anyToken.exec(agent)?.[0].toLowerCase()
  return (token && meanings.get(token)) || (anyBrowser.test(agent) ? human : unknown)
}

function ownToken(agent: string, ownTokens: readonly string[]): string | undefined {
  return ownTokens.find((token) => token !== '' && agent.includes(token))
}

function literal(token: string): string {
  return token.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)
}
