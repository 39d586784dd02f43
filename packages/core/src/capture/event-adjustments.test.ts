import { describe, expect, it } from 'vitest'
import { withBotMarked, withoutUrlHashes } from './event-adjustments.ts'
import { mergedLayers, type PropertyLayer } from '../property-layers.ts'
import type { SettledEvent } from './wire-event.ts'

function eventWith(properties: SettledEvent['properties'], common: PropertyLayer = {}): SettledEvent {
  return {
    distinctId: 'user_1',
    event: '$pageview',
    common: [common],
    properties,
    groups: undefined,
    disableGeoip: false,
    uuid: '0190163d-8694-4ad4-b6a3-5cca0d9ba2b1',
    timestamp: '2024-06-15T12:00:00.000Z',
  }
}

describe('an event without URL hashes', () => {
  it.each([
    ['/cart#items', '/cart'],
    ['/cart?a=1#b#c', '/cart?a=1'],
    ['/cart', '/cart'],
    ['/cart%23items', '/cart%23items'],
  ])('%s is %s', (given, expected) => {
    expect(withoutUrlHashes(eventWith({ $pathname: given })).properties).toEqual({ $pathname: expected })
  })

  it('has the properties of both layers, those of its own on top', () => {
    const event = eventWith(
      { $pathname: '/own#x' },
      { $pathname: '/common#x', $referrer: 'https://a.test/#x' },
    )

    const adjusted = withoutUrlHashes(event)

    expect({ ...mergedLayers(adjusted.common), ...adjusted.properties }).toEqual({
      $pathname: '/own',
      $referrer: 'https://a.test/',
    })
  })

  it('is a new one: layers may be shared with other events', () => {
    const common = Object.freeze({ $referrer: 'https://a.test/#x' })
    const properties = Object.freeze({ $pathname: '/a#x' })

    withoutUrlHashes(eventWith(properties, common))

    expect([common, properties]).toEqual([{ $referrer: 'https://a.test/#x' }, { $pathname: '/a#x' }])
  })
})

describe('the pageview of a bot', () => {
  it('has a name of its own', () => {
    const event = withBotMarked(eventWith({ $raw_user_agent: 'Googlebot/2.1', a: 1 }), [])

    expect(event.event).toBe('$bot_pageview')
    expect(event.properties).toEqual({ $raw_user_agent: 'Googlebot/2.1', a: 1, $browser_type: 'bot' })
  })

  it('is known by the agent in a shared layer, which stays as it is', () => {
    const common = Object.freeze({ $raw_user_agent: 'AcmeMonitor/2.0' })

    const event = withBotMarked(eventWith({}, common), ['acmemonitor'])

    expect(event).toMatchObject({
      event: '$bot_pageview',
      common: [common],
      properties: { $browser_type: 'bot' },
    })
  })

  it('is no other event, nor that of a person: these are the same object', () => {
    const order = { ...eventWith({ $raw_user_agent: 'Googlebot/2.1' }), event: 'order placed' }
    const person = eventWith({ $raw_user_agent: 'Firefox/128.0' })
    const nobody = eventWith({})

    expect(withBotMarked(order, [])).toBe(order)
    expect(withBotMarked(person, [])).toBe(person)
    expect(withBotMarked(nobody, [])).toBe(nobody)
  })
})
