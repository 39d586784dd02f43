import { describe, expect, it } from 'vitest'
import { type ContextFrame, liveFrame, mergedContext, readableContext } from './context.ts'

interface FrameParts {
  scope?: string
  parent?: ContextFrame<string>
  signal?: AbortSignal
  fresh?: boolean
  distinctId?: string
}

function frameOf({ scope, parent, signal, fresh = false, distinctId }: FrameParts): ContextFrame<string> {
  return { scope, parent, signal, fresh, data: { distinctId } }
}

const aborted = AbortSignal.abort()
const running = new AbortController().signal

describe('the context that counts', () => {
  it('is the innermost one as long as none of them is over', () => {
    const outer = frameOf({ signal: running, distinctId: 'outer' })
    const inner = frameOf({ parent: outer, distinctId: 'inner' })

    expect(liveFrame(inner)).toBe(inner)
    expect(liveFrame(undefined)).toBeUndefined()
  })

  it.each([
    ['the innermost', running, aborted],
    ['the outer', aborted, running],
    ['each', aborted, aborted],
  ])('is none outside of a request when %s of them is over', (_name, outerSignal, innerSignal) => {
    const outer = frameOf({ signal: outerSignal, distinctId: 'outer' })
    const inner = frameOf({ parent: outer, signal: innerSignal, distinctId: 'inner' })

    expect(liveFrame(inner)).toBeUndefined()
  })

  it('is the request’s own when one within it is over', () => {
    const request = frameOf({ scope: 'scope' })
    const inner = frameOf({ scope: 'scope', parent: request, signal: aborted, distinctId: 'inner' })

    expect(liveFrame(inner)).toBe(request)
  })

  it('goes on for one that began fresh, whatever becomes of those around it', () => {
    const fresh = frameOf({ fresh: true, distinctId: 'fresh' })

    expect(liveFrame(fresh)).toBe(fresh)
  })

  it('is not ended by a signal that cannot be read', () => {
    const signal = {
      get aborted(): boolean {
        throw new Error('no signal')
      },
    } as AbortSignal
    const frame = frameOf({ signal, distinctId: 'user_1' })

    expect(liveFrame(frame)).toBe(frame)
  })
})

describe('one context in another', () => {
  it('replaces ids and adds properties, its own on top', () => {
    const outer = { distinctId: 'outer', sessionId: 'session_1', properties: { a: 1, b: 1 } }

    const merged = mergedContext(outer, { distinctId: 'inner', properties: { b: 2 } })

    expect(merged).toEqual({ distinctId: 'inner', sessionId: 'session_1', properties: { a: 1, b: 2 } })
    expect(outer.properties).toEqual({ a: 1, b: 1 })
  })
})

describe('what a caller passes for a context', () => {
  it('is copied, so that its objects may be changed afterwards', () => {
    const given = { distinctId: 'user_1', properties: { a: 1 } }

    const data = readableContext(given)
    given.distinctId = 'user_2'
    given.properties.a = 2

    expect(data).toEqual({ distinctId: 'user_1', properties: { a: 1 } })
  })

  it('is read as far as it can be', () => {
    const properties = {
      a: 1,
      get broken(): string {
        throw new Error('unreadable')
      },
    }

    expect(readableContext({ properties }).properties).toEqual({ a: 1, broken: '[Unserializable]' })
    expect(readableContext('user_1' as unknown as object)).toEqual({})
  })
})
