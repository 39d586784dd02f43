import { createFakeRuntime } from 'testkit'
import { expect, it } from 'vitest'
import { KeepAlive } from './keep-alive.ts'

function start(flush: () => Promise<unknown>) {
  const runtime = createFakeRuntime()
  const works: Promise<unknown>[] = []
  const waitUntil = (work: Promise<unknown>) => void works.push(work)
  const options = { waitUntil, waitUntilDebounceMs: 50, waitUntilMaxWaitMs: 500 }
  return { keepAlive: new KeepAlive(options, runtime, flush), runtime, works }
}

it('lets the platform go although the flush failed', async () => {
  const { keepAlive, runtime, works } = start(() => Promise.reject(new Error('refused')))

  keepAlive.captured()
  await runtime.advance(50)

  await expect(Promise.all(works)).resolves.toEqual([undefined])
  expect(runtime.timers).toBe(0)
})

it('flushes a burst once, and has no timer left', async () => {
  let flushes = 0
  const { keepAlive, runtime } = start(async () => (flushes += 1))

  for (let time = 0; time < 1000; time += 40) {
    keepAlive.captured()
    await runtime.advance(40)
  }
  await runtime.advance(60_000)

  // 500 ms after the first capture, again after the next one, and once for the few that remain.
  expect(flushes).toBe(2)
  expect(runtime.timers).toBe(0)
})

it('flushes only when what was begun in the burst is prepared, though that may fail', async () => {
  const flushed: number[] = []
  const { keepAlive, runtime, works } = start(async () => flushed.push(runtime.now()))
  const startedAt = runtime.now()
  let fail: (reason: Error) => void = () => undefined

  keepAlive.preparing(new Promise((_resolve, reject) => (fail = reject)))
  await runtime.advance(800)
  const early = flushed.length
  fail(new Error('unreadable'))
  await Promise.all(works)

  expect(early).toBe(0)
  expect(flushed.map((at) => at - startedAt)).toEqual([800])
})

it('begins another burst for what is captured after the flush has begun', async () => {
  let finish: () => void = () => undefined
  const { keepAlive, runtime, works } = start(() => new Promise<void>((resolve) => (finish = resolve)))

  keepAlive.captured()
  await runtime.advance(50)
  keepAlive.captured()
  finish()
  await works[0]

  expect(works).toHaveLength(2)
  expect(runtime.timers).toBe(2)
})

it('tells the platform of a burst that began outside of a request once a request captures, and only once', async () => {
  let isInRequest = false
  const works: Promise<unknown>[] = []
  const waitUntil = (work: Promise<unknown>) => {
    if (!isInRequest) throw new Error('outside of a request')
    works.push(work)
  }
  const runtime = createFakeRuntime()
  const options = { waitUntil, waitUntilDebounceMs: 50, waitUntilMaxWaitMs: 500 }
  const keepAlive = new KeepAlive(options, runtime, async () => {})

  keepAlive.captured()
  isInRequest = true
  keepAlive.captured()
  keepAlive.captured()
  await runtime.advance(50)

  expect(works).toHaveLength(1)
  await expect(works[0]).resolves.toBeUndefined()
})

it('ends the burst under way when it is told to, and nothing where there is none', async () => {
  let flushes = 0
  const { keepAlive, runtime, works } = start(async () => (flushes += 1))

  keepAlive.end()
  keepAlive.captured()
  keepAlive.end()
  await Promise.all(works)
  await runtime.advance(1000)

  expect(works).toHaveLength(1)
  expect(flushes).toBe(0)
  expect(runtime.timers).toBe(0)
})

it('works without a platform to ask', async () => {
  let flushes = 0
  const runtime = createFakeRuntime()
  const options = { waitUntil: undefined, waitUntilDebounceMs: 50, waitUntilMaxWaitMs: 500 }
  const keepAlive = new KeepAlive(options, runtime, async () => (flushes += 1))

  keepAlive.captured()
  await runtime.advance(50)

  expect(flushes).toBe(1)
})
