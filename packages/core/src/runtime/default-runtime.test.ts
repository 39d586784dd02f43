import { createHmac } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createFakeRuntime } from 'testkit'
import type { Runtime } from '../runtime.ts'
import { completeRuntime } from './complete-runtime.ts'
import { defaultRuntime } from './default-runtime.ts'

describe('the platform’s runtime', () => {
  it.each([0, 1, 100, 1_000_000])('compresses %i bytes so that they can be read again', async (length) => {
    const bytes = new Uint8Array(length).map((_, index) => index % 251)

    const compressed = await defaultRuntime.gzip(bytes)

    expect(Buffer.compare(gunzipSync(compressed), bytes)).toBe(0)
    expect(compressed).toBeInstanceOf(Uint8Array)
  })

  it('signs as everybody does', () => {
    const signature = defaultRuntime.hmac('schlüssel', 'düta')

    expect(Buffer.from(signature).toString('hex')).toBe(
      createHmac('sha256', 'schlüssel').update('düta').digest('hex'),
    )
    expect(signature).toHaveLength(32)
  })

  it('follows a value through asynchronous work, and keeps work apart', async () => {
    const storage = defaultRuntime.createStorage<string>()
    const work = (name: string) =>
      storage?.run(name, async () => {
        await Promise.resolve()
        return storage.getStore()
      })

    const found = await Promise.all([work('first'), work('second')])

    expect(found).toEqual(['first', 'second'])
    expect(storage?.getStore()).toBeUndefined()
  })

  it('tells the time, draws numbers and bytes, and reads the environment', () => {
    const before = Date.now()

    expect(defaultRuntime.now()).toBeGreaterThanOrEqual(before)
    expect(defaultRuntime.random()).toBeGreaterThanOrEqual(0)
    expect(defaultRuntime.random()).toBeLessThan(1)
    expect(defaultRuntime.randomBytes(16)).toHaveLength(16)
    expect(defaultRuntime.randomBytes(16)).not.toEqual(defaultRuntime.randomBytes(16))
    expect(defaultRuntime.env('PATH')).toBe(process.env['PATH'])
    expect(defaultRuntime.env('HEDGEROW_THERE_IS_NO_SUCH_VARIABLE')).toBeUndefined()
  })

  it('has timers that do not keep a process alive and can be cleared', async () => {
    let fired = false
    const cleared = defaultRuntime.setTimeout(() => (fired = true), 1)
    defaultRuntime.clearTimeout(cleared)
    defaultRuntime.clearTimeout(undefined)

    const handle = await new Promise<NodeJS.Timeout>((resolve) => {
      const handle = defaultRuntime.setTimeout(() => resolve(handle as NodeJS.Timeout), 5)
      // The test's own timer keeps the process alive until then.
      const keepAlive = setTimeout(() => undefined, 1000)
      defaultRuntime.setTimeout(() => clearTimeout(keepAlive), 6)
    })

    expect(fired).toBe(false)
    expect(handle.hasRef()).toBe(false)
  })
})

describe('a runtime with parts of its own', () => {
  it('uses those and the platform’s for the rest', () => {
    const runtime = completeRuntime({ now: () => 42 }, undefined)

    expect(runtime.now()).toBe(42)
    expect(runtime.random).toBe(defaultRuntime.random)
  })

  it('calls parts that are methods of an object on that object', () => {
    const own = {
      time: 42,
      now(): number {
        return this.time
      },
    }

    expect(completeRuntime(own, undefined).now()).toBe(42)
  })

  it('prefers the fetch option over its own fetch', () => {
    const fetch = () => Promise.reject(new Error('no network in this test'))
    const other = () => Promise.reject(new Error('no network in this test'))

    expect(completeRuntime({ fetch: other }, fetch).fetch).toBe(fetch)
    expect(completeRuntime({ fetch: other }, undefined).fetch).toBe(other)
  })

  it('takes the fake runtime of tests as it is', () => {
    const fake: Runtime = createFakeRuntime({ now: 42 })

    expect(completeRuntime(fake, undefined).now()).toBe(42)
  })
})
