import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { SmallMap } from './small-map.ts'

it('holds what a Map would, whether keys are few or many', () => {
  const sets = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer()), { maxLength: 120 })

  fc.assert(
    fc.property(sets, (given) => {
      const small = new SmallMap<number>()
      const map = new Map<string, number>()
      for (const [number, value] of given) {
        small.set(`flag-${number}`, value)
        map.set(`flag-${number}`, value)
      }
      expect(small.keys().map((key) => [key, small.get(key)])).toEqual([...map])
      expect(small.get('flag-41')).toBeUndefined()
    }),
  )
})
