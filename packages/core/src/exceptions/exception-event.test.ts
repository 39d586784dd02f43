import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { callerStack } from '../caller-stack.ts'
import { exceptionProperties } from './exception-event.ts'
import type { ExceptionListOptions } from './exception-list.ts'
import { SourceFiles } from './source-files.ts'

const here = fileURLToPath(import.meta.url)

const options: ExceptionListOptions & { sources: SourceFiles } = {
  mechanism: { type: 'middleware', handled: false },
  workingDirectory: dirname(here),
  scrubText: (text) => text,
  sources: new SourceFiles((path) => readFile(path, 'utf8')),
}

function report(thrown: unknown) {
  return exceptionProperties(thrown, { ...options, syntheticStack: callerStack(report) })
}

it('shows the line of this file that threw', async () => {
  const error = new TypeError('no such basket') // the line PostHog shows

  const { $exception_list: entries, $exception_level: level } = await report(error)

  expect(level).toBe('error')
  expect(entries).toHaveLength(1)
  expect(entries[0]).toMatchObject({
    type: 'TypeError',
    value: 'no such basket',
    mechanism: { type: 'middleware', handled: false, synthetic: false, exception_id: 0 },
  })
  expect(entries[0]?.stacktrace?.frames.at(-1)).toMatchObject({
    filename: 'exception-event.test.ts',
    module: 'exception-event.test',
    in_app: true,
    context_line: "  const error = new TypeError('no such basket') // the line PostHog shows",
  })
})

it('shows where a text was reported, without the frame of the function that reports', async () => {
  const { $exception_list: entries } = await report('just a text') // the reporting line

  const frame = entries[0]?.stacktrace?.frames.at(-1)
  expect(frame?.context_line).toContain('// the reporting line')
})

it('reads the error at once: what becomes of it later changes nothing', async () => {
  const error = new Error('before')

  const properties = report(error)
  error.message = 'after'

  expect((await properties).$exception_list[0]?.value).toBe('before')
})

it('answers although no source file can be read', async () => {
  const sources = new SourceFiles(() => Promise.reject(new Error('EMFILE')))

  const { $exception_list: entries } = await exceptionProperties(new Error('x'), { ...options, sources })

  expect(entries[0]?.stacktrace?.frames.at(-1)).not.toHaveProperty('context_line')
})
