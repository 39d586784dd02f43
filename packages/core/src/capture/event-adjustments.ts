import { classifyAgent } from '../bots.ts'
import { mergedLayers } from '../property-layers.ts'
import type { SettledEvent } from './wire-event.ts'

const urlProperties = ['$current_url', '$pathname', '$request_path', '$referrer']

/** Cuts everything from `#` on off the event's URLs and paths. */
export function withoutUrlHashes(event: SettledEvent): SettledEvent {
  const properties: Record<string, unknown> = { ...mergedLayers(event.common), ...event.properties }
  for (const name of urlProperties) {
    const value = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (typeof value === 'string') properties[name] = value.split('#', 1)[0]
  }
  return { ...event, common: undefined, properties }
}

/** A bot's `$pageview` under its own name, `$bot_pageview`. */
export function withBotMarked(event: SettledEvent, ownBotTokens: readonly string[]): SettledEvent {
  if (event.event !== '$pageview') return event
  const agent = event.properties['$raw_user_agent'] ?? mergedLayers(event.common)['$raw_user_agent']
  if (typeof agent !== 'string' || classifyAgent(agent, ownBotTokens).kind !== 'bot') return event
  return { ...event, event: '$bot_pageview', properties: { ...event.properties, $browser_type: 'bot' } }
}
