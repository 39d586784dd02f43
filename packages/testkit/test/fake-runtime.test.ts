import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createFakeRuntime, seededRandom, startScriptedServer } from 'testkit'

describe('time', () => {
  it('stands still until it is moved', async () => {
    const runtime = createFakeRuntime({ now: 1000 })

    await runtime.advance(250)

    expect(runtime.now()).toBe(1250)
  })

  it('fires due timers in order and shows each the time it was due at', async () => {
    const runtime = createFakeRuntime({ now: 0 })
    const fired: [string, number][] = []
    const note = (name: string) => () => fired.push([name, runtime.now()])
    runtime.setTimeout(note('late'), 300)
    runtime.setTimeout(note('early'), 100)
    runtime.setTimeout(note('as early, set later'), 100)
    runtime.setTimeout(note('not yet'), 301)

    await runtime.advance(300)

    expect(fired).toEqual([
      ['early', 100],
      ['as early, set later', 100],
      ['late', 300],
    ])
    expect(runtime.timers).toBe(1)
    expect(runtime.nextTimerDelayMs).toBe(1)
  })

  it('fires a timer that a promise behind another timer has set', async () => {
    const runtime = createFakeRuntime({ now: 0 })
    const fired: number[] = []
    runtime.setTimeout(() => {
      void Promise.resolve().then(() => runtime.setTimeout(() => fired.push(runtime.now()), 50))
    }, 100)

    await runtime.advance(200)

    expect(fired).toEqual([150])
  })

  it('never fires a cleared timer, and ignores a handle it does not know', async () => {
    const runtime = createFakeRuntime()
    let fired = 0
    const handle = runtime.setTimeout(() => (fired += 1), 10)

    runtime.clearTimeout(handle)
    runtime.clearTimeout(undefined)
    await runtime.advance(20)

    expect(fired).toBe(0)
    expect(runtime.nextTimerDelayMs).toBeUndefined()
  })

  it('lets the wall clock jump without firing a timer', async () => {
    const runtime = createFakeRuntime({ now: 5000 })
    let fired = 0
    runtime.setTimeout(() => (fired += 1), 100)

    runtime.setNow(1000)
    await runtime.advance(99)

    expect([runtime.now(), fired, runtime.nextTimerDelayMs]).toEqual([1099, 0, 1])
  })

  it('gives up on a timer that sets itself again without delay', async () => {
    const runtime = createFakeRuntime()
    const again = () => void runtime.setTimeout(again, 0)
    again()

    await expect(runtime.advance(1)).rejects.toThrow('more than 10000 timers fired within 1 ms')
  })
})

describe('the network', () => {
  it('lets a real request end before the next timer fires', async () => {
    const server = await startScriptedServer()
    const runtime = createFakeRuntime()
    const order: string[] = []
    runtime.setTimeout(() => {
      const init = { method: 'POST' as const, headers: {}, body: '{}', signal: new AbortController().signal }
      void runtime.fetch(`${server.url}/batch/`, init).then(({ status }) => order.push(`answer ${status}`))
    }, 10)
    runtime.setTimeout(() => order.push('timeout'), 20)

    await runtime.advance(20)

    expect(order).toEqual(['answer 200', 'timeout'])
    await server.close()
  })

  it('moves on past a request that hangs', async () => {
    const server = await startScriptedServer()
    server.always('/batch/', 'hang')
    const runtime = createFakeRuntime()
    const abort = new AbortController()
    const init = { method: 'GET' as const, headers: {}, signal: abort.signal }
    const failure = runtime.fetch(`${server.url}/batch/`, init).catch((error: Error) => error.name)
    runtime.setTimeout(() => abort.abort(), 3000)

    await runtime.advance(3000)

    expect(await failure).toBe('AbortError')
    await server.close()
  })
})

describe('everything else', () => {
  it('repeats randomness for a seed and differs between seeds', () => {
    const bytes = (seed: number) => [...createFakeRuntime({ seed }).randomBytes(8)]
    const number = (seed: number) => createFakeRuntime({ seed }).random()

    expect(bytes(7)).toEqual(bytes(7))
    expect(bytes(7)).not.toEqual(bytes(8))
    expect(number(7)).toBe(number(7))
    expect(number(7)).not.toBe(number(8))
  })

  it('draws numbers evenly from 0 up to but without 1', () => {
    const random = seededRandom(3)
    const tenths = Array.from({ length: 10 }, () => 0)

    for (let draw = 0; draw < 10_000; draw += 1) {
      const tenth = Math.floor(random() * 10)
      tenths[tenth] = (tenths[tenth] ?? Number.NaN) + 1
    }

    expect(Math.min(...tenths)).toBeGreaterThan(900)
    expect(Math.max(...tenths)).toBeLessThan(1100)
    expect(tenths).toHaveLength(10)
  })

  it('records log lines and reads the given environment', () => {
    const runtime = createFakeRuntime({ env: { NODE_ENV: 'development' } })

    runtime.log('warn', 'queue is full')

    expect(runtime.lines).toEqual([{ level: 'warn', line: 'queue is full' }])
    expect([runtime.env('NODE_ENV'), runtime.env('HOME')]).toEqual(['development', undefined])
  })

  it('compresses, signs and follows asynchronous work like the real platform', async () => {
    const runtime = createFakeRuntime()
    const storage = runtime.createStorage<string>()

    const bytes = await runtime.gzip(new TextEncoder().encode('hello'))
    const signature = runtime.hmac('key', 'The quick brown fox jumps over the lazy dog')
    const value = await storage?.run('inside', async () => {
      await runtime.settle()
      return storage.getStore()
    })

    expect(gunzipSync(bytes).toString()).toBe('hello')
    expect(Buffer.from(signature).toString('hex')).toBe(
      'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8',
    )
    expect(value).toBe('inside')
  })
})
