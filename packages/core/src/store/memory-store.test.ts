import { describe, expect, it } from 'vitest'
import { MemoryStore } from './memory-store.ts'

const unbounded = { events: 1000, bytes: 1_000_000_000 }
const everything = { events: 1000, bytes: 1_000_000_000 }

function create(bounds = unbounded): { store: MemoryStore; evicted: number[] } {
  const evicted: number[] = []
  return { store: new MemoryStore(bounds, (events) => evicted.push(events)), evicted }
}

function fill(store: MemoryStore, ...uuids: string[]): void {
  store.append(uuids.map((uuid) => ({ uuid, json: '{}', bytes: 10 })))
}

function claim(store: MemoryStore, limit = everything): { ids: number[]; uuids: string[] } {
  const events = store.claim(limit)
  return { ids: events.map(({ id }) => Number(id)), uuids: events.map(({ uuid }) => uuid) }
}

describe('claim', () => {
  it('leases the oldest events, each once', () => {
    const { store } = create()
    fill(store, 'a', 'b', 'c')

    expect(claim(store, { events: 2, bytes: 1_000_000 }).uuids).toEqual(['a', 'b'])
    expect(claim(store).uuids).toEqual(['c'])
    expect(claim(store).uuids).toEqual([])
    expect([store.size, store.waiting]).toEqual([3, 0])
  })

  it('takes as many as fit the bytes, and always one', () => {
    const { store } = create()
    store.append([
      { uuid: 'large', json: '', bytes: 500 },
      { uuid: 'a', json: '', bytes: 40 },
      { uuid: 'b', json: '', bytes: 60 },
      { uuid: 'c', json: '', bytes: 1 },
    ])

    expect(claim(store, { events: 10, bytes: 100 }).uuids).toEqual(['large'])
    expect(claim(store, { events: 10, bytes: 100 }).uuids).toEqual(['a', 'b'])
    expect(claim(store, { events: 10, bytes: 100 }).uuids).toEqual(['c'])
  })

  it('keeps two events apart that have one uuid', () => {
    const { store } = create()
    fill(store, 'same', 'same')

    const { ids } = claim(store)
    store.ack([ids[0] ?? 0])

    expect(new Set(ids).size).toBe(2)
    expect(store.size).toBe(1)
  })
})

describe('ack', () => {
  it('forgets leased events and their bytes', () => {
    const { store } = create()
    fill(store, 'a', 'b')
    const { ids } = claim(store, { events: 1, bytes: 1_000_000 })

    store.ack(ids)
    store.ack(ids)

    expect([store.size, store.waiting, store.bytes]).toEqual([1, 1, 10])
  })

  it('does not touch events that are not leased', () => {
    const { store } = create()
    fill(store, 'a')

    store.ack([1, 99])

    expect([store.size, store.bytes]).toEqual([1, 10])
  })

  it('leaves nothing behind', () => {
    const { store } = create()
    fill(store, 'a', 'b', 'c')

    store.ack(claim(store).ids)

    expect([store.size, store.waiting, store.bytes, store.oldestId]).toEqual([0, 0, 0, undefined])
  })
})

describe('release', () => {
  it('puts events back into their old order', () => {
    const { store } = create()
    fill(store, 'a', 'b', 'c', 'd', 'e')
    const first = claim(store, { events: 2, bytes: 1_000_000 })
    const second = claim(store, { events: 2, bytes: 1_000_000 })

    store.release(second.ids)
    store.release(first.ids.toReversed())

    expect(claim(store).uuids).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('of what is not leased changes nothing', () => {
    const { store } = create()
    fill(store, 'a', 'b')
    const { ids } = claim(store, { events: 1, bytes: 1_000_000 })
    store.release(ids)

    store.release([...ids, 2, 99])

    expect([store.size, store.bytes]).toEqual([2, 20])
    expect(claim(store).uuids).toEqual(['a', 'b'])
  })
})

describe('the bounds', () => {
  it('make the oldest waiting events go', () => {
    const { store, evicted } = create({ events: 2, bytes: 1_000_000 })

    fill(store, 'a', 'b', 'c')
    fill(store, 'd')

    expect(evicted).toEqual([1, 1])
    expect(claim(store).uuids).toEqual(['c', 'd'])
  })

  it('count bytes too', () => {
    // Ten bytes of text, and what an event takes beside it.
    const { store, evicted } = create({ events: 1000, bytes: 2 * 170 })

    fill(store, 'a', 'b', 'c', 'd')

    expect(evicted).toEqual([2])
    expect(store.bytes).toBe(20)
    expect(claim(store).uuids).toEqual(['c', 'd'])
  })

  it('keep no event that is larger than all of them', () => {
    const { store, evicted } = create({ events: 10, bytes: 1000 })
    fill(store, 'a')

    store.append([{ uuid: 'large', json: '', bytes: 5000 }])

    expect(evicted).toEqual([2])
    expect([store.size, store.bytes]).toEqual([0, 0])
  })

  it('never touch leased events, which leave room for none then', () => {
    const { store, evicted } = create({ events: 2, bytes: 1_000_000 })
    fill(store, 'a', 'b')
    const { ids } = claim(store)

    fill(store, 'c')
    store.release(ids)

    expect(evicted).toEqual([1])
    expect(claim(store).uuids).toEqual(['a', 'b'])
  })

  it('hold for ten thousand events that pass through', () => {
    const { store, evicted } = create({ events: 100, bytes: 1_000_000 })

    for (let index = 0; index < 10_000; index += 1) {
      fill(store, String(index))
      if (index % 3 === 0) store.ack(claim(store, { events: 1, bytes: 1_000_000 }).ids)
    }

    // The newest hundred, less the one that was taken after the last came in.
    expect(store.size).toBe(99)
    expect(store.bytes).toBe(990)
    expect(evicted.length + 3334 + 99).toBe(10_000)
    expect(claim(store).uuids).toEqual(Array.from({ length: 99 }, (_, index) => String(9901 + index)))
  })
})

describe('ids', () => {
  it('grow in order of arrival, whatever is leased', () => {
    const { store } = create()
    expect([store.newestId, store.oldestId]).toEqual([0, undefined])
    fill(store, 'a', 'b', 'c')
    const { ids } = claim(store, { events: 1, bytes: 1_000_000 })

    expect([store.newestId, store.oldestId]).toEqual([3, 1])
    store.ack(ids)
    expect([store.newestId, store.oldestId]).toEqual([3, 2])
  })
})
