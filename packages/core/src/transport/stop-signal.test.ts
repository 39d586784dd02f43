import { expect, it } from 'vitest'
import { StopSignal } from './stop-signal.ts'

it('calls each listener once, and none that was removed', () => {
  const signal = new StopSignal()
  const heard: string[] = []
  signal.onStop(() => heard.push('first'))
  const forget = signal.onStop(() => heard.push('removed'))
  signal.onStop(() => heard.push('last'))
  forget()

  signal.stop()
  signal.stop()

  expect(heard).toEqual(['first', 'last'])
  expect(signal.stopped).toBe(true)
})

it('never calls a listener that comes after the stop', () => {
  const signal = new StopSignal()
  let calls = 0
  signal.stop()

  signal.onStop(() => (calls += 1))

  expect(calls).toBe(0)
})
