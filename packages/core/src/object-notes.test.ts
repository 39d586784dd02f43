import { expect, it } from 'vitest'
import { createNotes } from './object-notes.ts'

it('keeps one value of each object, the latest', () => {
  const notes = createNotes<string>()
  const [first, second] = [{}, {}]

  notes.set(first, 'old')
  notes.set(first, 'new')

  expect(notes.get(first)).toBe('new')
  expect(notes.get(second)).toBeUndefined()
})

it('keeps notes of one kind apart from those of another', () => {
  const [names, numbers] = [createNotes<string>(), createNotes<number>()]
  const object = {}

  names.set(object, 'name')

  expect(numbers.get(object)).toBeUndefined()
  expect(names.get(object)).toBe('name')
})

it('changes nothing that anybody sees of an object, frozen ones included', () => {
  const notes = createNotes<string>()
  const [plain, frozen] = [{ a: 1 }, Object.freeze({ a: 1 })]

  notes.set(plain, 'note')
  notes.set(frozen, 'note')

  expect(Reflect.ownKeys(plain)).toEqual(['a'])
  expect(notes.get({ ...plain })).toBeUndefined()
  expect(notes.get(frozen)).toBe('note')
})
