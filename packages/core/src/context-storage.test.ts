import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, it } from 'vitest'
import type { ContextFrame } from './context.ts'
import { ContextStorage } from './context-storage.ts'

it('keeps none of the contexts that were entered one after another in the same place', async () => {
  const storage = new ContextStorage(new AsyncLocalStorage<ContextFrame<object>>())

  await storage.runWith(
    { properties: { job: 'worker' } },
    async () => {
      for (let n = 0; n < 3; n += 1) storage.enter({ distinctId: `user_${n}` }, {})

      expect(storage.current?.data).toEqual({ distinctId: 'user_2', properties: { job: 'worker' } })
      expect(storage.current?.parent).toBeUndefined()
    },
    {},
  )
})

it('ends what was entered within a context together with it', () => {
  const storage = new ContextStorage(new AsyncLocalStorage<ContextFrame<object>>())
  const life = new AbortController()

  storage.runWith(
    { properties: { job: 'worker' } },
    () => {
      storage.enter({ distinctId: 'user_1' }, {})
      const before = storage.current?.data.distinctId
      life.abort()

      expect(before).toBe('user_1')
      expect(storage.current).toBeUndefined()
    },
    { signal: life.signal },
  )
})
