import { expect, it } from 'vitest'
import { SourceFiles } from './source-files.ts'

/** A disk that writes down what was read. */
function disk(contentOf: (path: string) => string | undefined) {
  const reads: string[] = []
  const files = new SourceFiles((path) => {
    reads.push(path)
    return Promise.resolve(contentOf(path))
  })
  return { files, reads }
}

it('reads a file once for all the errors that come from it, also when they come together', async () => {
  const { files, reads } = disk(() => 'text')

  const together = await Promise.all([files.text('/a.js'), files.text('/a.js')])
  const later = await files.text('/a.js')

  expect([...together, later]).toEqual(['text', 'text', 'text'])
  expect(reads).toEqual(['/a.js'])
})

it('asks again for a file that could not be read', async () => {
  let content: string | undefined
  const { files } = disk(() => content)

  expect(await files.text('/a.js')).toBeUndefined()
  content = 'text'

  expect(await files.text('/a.js')).toBe('text')
})

it('does without a file whose reading fails, at once or later', async () => {
  const rejecting = new SourceFiles(() => Promise.reject(new Error('EACCES')))
  const throwing = new SourceFiles(() => {
    throw new Error('no file system')
  })

  expect(await rejecting.text('/a.js')).toBeUndefined()
  expect(await throwing.text('/a.js')).toBeUndefined()
})

it('asks for at most 1 MiB, and takes no more from a reader that ignores it', async () => {
  const limits: number[] = []
  const files = new SourceFiles((path, maxBytes) => {
    limits.push(maxBytes)
    return Promise.resolve('x'.repeat(path === '/fits.js' ? 1_048_576 : 1_048_577))
  })

  expect(await files.text('/fits.js')).toHaveLength(1_048_576)
  expect(await files.text('/large.js')).toBeUndefined()
  expect(limits).toEqual([1_048_576, 1_048_576])
})

it('keeps the 50 files used last', async () => {
  const { files, reads } = disk(() => 'text')
  for (let i = 0; i < 50; i++) await files.text(`/${i}.js`)
  await files.text('/0.js')
  await files.text('/50.js')
  reads.length = 0

  await files.text('/0.js')
  await files.text('/50.js')
  await files.text('/1.js')

  expect(reads).toEqual(['/1.js'])
})

it('keeps at most 8 Mi characters of text', async () => {
  const { files, reads } = disk(() => 'x'.repeat(1_048_576))
  for (let i = 0; i < 9; i++) await files.text(`/${i}.js`)
  reads.length = 0

  for (const i of [8, 7, 6, 5, 4, 3, 2, 1, 0]) await files.text(`/${i}.js`)

  expect(reads).toEqual(['/0.js'])
})
