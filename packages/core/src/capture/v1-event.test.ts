import { describe, expect, it } from 'vitest'
import { v1Event } from './v1-event.ts'
import type { WireEvent } from './wire-event.ts'

const now = Date.UTC(2024, 5, 15, 12, 30, 45, 123)

function eventWith(properties: Record<string, unknown>, timestamp = '2024-06-15T12:00:00.000Z'): WireEvent {
  return {
    distinct_id: 'user_1',
    event: 'order placed',
    properties,
    uuid: '0190163d-8694-4ad4-b6a3-5cca0d9ba2b1',
    timestamp,
  }
}

describe('the v1 form of an event', () => {
  it('has names, ids and time at its root, and empty options', () => {
    expect(v1Event(eventWith({ total: 42 }), now)).toEqual({
      event: 'order placed',
      uuid: '0190163d-8694-4ad4-b6a3-5cca0d9ba2b1',
      distinct_id: 'user_1',
      timestamp: '2024-06-15T12:00:00.000Z',
      options: {},
      properties: { total: 42 },
    })
  })

  it('keeps in properties what belongs there, and leaves the library to the headers', () => {
    const kept = {
      $set: { plan: 'pro' },
      $set_once: { source: 'ad' },
      $groups: { company: 'acme' },
      $geoip_disable: true,
      $is_server: true,
      distinct_id: 'of an alias',
    }

    expect(v1Event(eventWith({ ...kept, $lib: 'any', $lib_version: '1' }), now).properties).toEqual(kept)
  })

  it('does not change the event that it is given', () => {
    const properties = Object.freeze({
      ...{ $session_id: 's', $window_id: 'w', $cookieless_mode: 1 },
      $set: Object.freeze({ plan: 'pro' }),
    })
    const event = Object.freeze(eventWith(properties))

    v1Event(event, now)

    expect(event).toEqual(
      eventWith({ $session_id: 's', $window_id: 'w', $cookieless_mode: 1, $set: { plan: 'pro' } }),
    )
  })

  it('keeps a property of whatever name', () => {
    const properties = JSON.parse('{"__proto__":{"a":1},"constructor":2,"toString":3}') as Record<
      string,
      unknown
    >

    const text = JSON.stringify(v1Event(eventWith(properties), now))

    expect(text).toContain('"options":{},"properties":{"__proto__":{"a":1},"constructor":2,"toString":3}')
  })
})

describe('an option that is a yes or no', () => {
  it.each([
    ['$cookieless_mode', 'cookieless_mode'],
    ['$ignore_sent_at', 'disable_skew_correction'],
    ['$process_person_profile', 'process_person_profile'],
  ])('is read from %s', (property, option) => {
    const { options, properties } = v1Event(eventWith({ [property]: true, kept: 1 }), now)

    expect(options).toEqual({ [option]: true })
    expect(properties).toEqual({ kept: 1 })
  })

  it.each([
    [true, true],
    [false, false],
    [1, true],
    [0, false],
    [-0.5, true],
    ['true', true],
    [' TRUE\n', true],
    ['1', true],
    ['False', false],
    [' 0 ', false],
  ])('of %j is %s', (value, expected) => {
    expect(v1Event(eventWith({ $cookieless_mode: value }), now).options).toEqual({
      cookieless_mode: expected,
    })
  })

  const neither: readonly unknown[] = [null, '', ' ', 'yes', 'no', '2', 'truee', [], [true], {}]

  it.each(neither)('of %j is left out, and the property with it', (value) => {
    const { options, properties } = v1Event(eventWith({ $ignore_sent_at: value }), now)

    expect(options).toEqual({})
    expect(properties).toEqual({})
  })
})

describe('a text that moves', () => {
  it('is the product tour among the options', () => {
    expect(v1Event(eventWith({ $product_tour_id: 'tour_123' }), now).options).toEqual({
      product_tour_id: 'tour_123',
    })
  })

  it('is the session and the window at the root', () => {
    const event = v1Event(eventWith({ $session_id: 's', $window_id: 'w' }), now)

    expect(event).toMatchObject({ session_id: 's', window_id: 'w', properties: {} })
  })

  it.each([5, true, null, ['s'], { id: 's' }])('is left out when it is %j', (value) => {
    const given = { $session_id: value, $window_id: value, $product_tour_id: value }

    const event = v1Event(eventWith(given), now)

    expect(event.options).toEqual({})
    expect(event.properties).toEqual({})
    expect(Object.keys(event).sort()).toEqual(
      ['distinct_id', 'event', 'options', 'properties', 'timestamp', 'uuid'].sort(),
    )
  })
})

describe('the timestamp', () => {
  it.each(['2024-06-15T12:00:00Z', '2024-06-15T12:00:00.123Z', '2024-06-15T12:00:00.123456789Z'])(
    'stays when it is RFC 3339 in UTC: %s',
    (timestamp) => {
      expect(v1Event(eventWith({}, timestamp), now).timestamp).toBe(timestamp)
    },
  )

  it.each([
    ['2024-06-15', '2024-06-15T00:00:00.000Z'],
    ['Sat, 15 Jun 2024 12:00:00 GMT', '2024-06-15T12:00:00.000Z'],
    ['2024-06-15T14:00:00+02:00', '2024-06-15T12:00:00.000Z'],
  ])('is converted when it is another way to write a time: %s', (timestamp, expected) => {
    expect(v1Event(eventWith({}, timestamp), now).timestamp).toBe(expected)
  })

  it.each(['yesterday', '2024-13-99T99:99:99Z', '2024-06-15T24:30:00Z', '+275760-09-13T00:00:00.000Z', ''])(
    'is now when it is none: %j',
    (timestamp) => {
      expect(v1Event(eventWith({}, timestamp), now).timestamp).toBe('2024-06-15T12:30:45.123Z')
    },
  )
})
