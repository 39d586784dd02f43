import { describe, expect, it } from 'vitest'
import type { ExceptionEntry } from './exception-list.ts'
import { withSourceContext } from './source-context.ts'
import { SourceFiles } from './source-files.ts'
import { stackFrames } from './stack-frames.ts'

const twenty = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`).join('\n')

const entryAt = (...calls: string[]): ExceptionEntry => ({
  type: 'Error',
  value: 'x',
  mechanism: { type: 'generic', handled: true, synthetic: false, exception_id: 0 },
  stacktrace: {
    type: 'raw',
    frames: stackFrames(calls.map((call) => `    at f (${call})`).join('\n'), '/srv/app'),
  },
})

/** The frames after reading, with the paths that were asked for. */
async function read(
  entries: ExceptionEntry[],
  contentOf: (path: string) => string | undefined = () => twenty,
) {
  const paths: string[] = []
  const sources = new SourceFiles((path) => {
    paths.push(path)
    return Promise.resolve(contentOf(path))
  })
  const result = await withSourceContext(entries, sources, '/srv/app')
  return { paths, frames: result.flatMap((entry) => entry.stacktrace?.frames ?? []) }
}

describe('a frame of the application', () => {
  it('shows its line with seven on each side', async () => {
    const { frames, paths } = await read([entryAt('/srv/app/src/b.ts:10:3')])

    expect(paths).toEqual(['/srv/app/src/b.ts'])
    expect(frames).toEqual([
      {
        platform: 'node:javascript',
        filename: 'src/b.ts',
        function: 'f',
        module: 'src:b',
        lineno: 10,
        colno: 3,
        in_app: true,
        context_line: 'line 10',
        pre_context: ['line 3', 'line 4', 'line 5', 'line 6', 'line 7', 'line 8', 'line 9'],
        post_context: ['line 11', 'line 12', 'line 13', 'line 14', 'line 15', 'line 16', 'line 17'],
      },
    ])
  })

  it.each([
    [1, [], 'line 1', ['line 2', 'line 3', 'line 4', 'line 5', 'line 6', 'line 7', 'line 8']],
    [2, ['line 1'], 'line 2', ['line 3', 'line 4', 'line 5', 'line 6', 'line 7', 'line 8', 'line 9']],
    [20, ['line 13', 'line 14', 'line 15', 'line 16', 'line 17', 'line 18', 'line 19'], 'line 20', []],
  ])('shows fewer at the ends of a file: line %i', async (line, before, middle, after) => {
    const { frames } = await read([entryAt(`/srv/app/b.js:${line}:1`)])

    expect(frames[0]).toMatchObject({ pre_context: before, context_line: middle, post_context: after })
  })

  it('beyond the end of its file stays as it is: the file has changed since', async () => {
    const { frames } = await read([entryAt('/srv/app/b.js:21:1', '/srv/app/b.js:0:1')])

    expect(frames.map((frame) => 'context_line' in frame)).toEqual([false, false])
  })

  it('whose file cannot be read stays as it is', async () => {
    const { frames } = await read([entryAt('/srv/app/b.js:2:1')], () => undefined)

    expect(frames).toEqual(entryAt('/srv/app/b.js:2:1').stacktrace?.frames)
  })

  it('reads well from a file with line ends of Windows', async () => {
    const { frames } = await read([entryAt('/srv/app/b.js:2:1')], () => 'one\r\ntwo\r\nthree\r\n')

    expect(frames[0]).toMatchObject({
      pre_context: ['one'],
      context_line: 'two',
      post_context: ['three', ''],
    })
  })

  it('outside the working directory is found through it', async () => {
    const { paths } = await read([entryAt('/srv/lib/b.js:2:1')])

    expect(paths).toEqual(['/srv/app/../lib/b.js'])
  })

  it('shows what surrounds its column of a long line, and the beginning of its neighbours', async () => {
    const bundle = `${'a'.repeat(400)}\n${'b'.repeat(1000)}HERE${'c'.repeat(1000)}\nshort`

    const { frames } = await read([entryAt('/srv/app/b.js:2:1001')], () => bundle)

    expect(frames[0]).toMatchObject({
      pre_context: [`${'a'.repeat(297)}...`],
      context_line: `...${'b'.repeat(147)}HERE${'c'.repeat(143)}...`,
      post_context: ['short'],
    })
  })

  it.each([
    [1, `${'b'.repeat(294)}...`],
    [1000, `...${'b'.repeat(294)}`],
    [9999, `...${'b'.repeat(294)}`],
  ])('shows an end of a long line at column %i', async (column, expected) => {
    const { frames } = await read([entryAt(`/srv/app/b.js:1:${column}`)], () => 'b'.repeat(1000))

    expect(frames[0]?.context_line).toBe(expected)
  })
})

describe('no file is read', () => {
  it.each([
    '/srv/app/node_modules/pg/lib/client.js:1:1',
    'node:fs:1:1',
    '<anonymous>',
    'webpack-internal:///(rsc)/./app/page.tsx:1:1',
    'http://127.0.0.1/b.js:1:1',
    'index.js:1:1',
    '/srv/app/.env:1:1',
    '/etc/passwd:1:1',
    '/dev/zero:1:1',
  ])('for %s', async (call) => {
    const { frames, paths } = await read([entryAt(call)])

    expect(paths).toEqual([])
    expect(frames[0]).not.toHaveProperty('context_line')
  })

  it('for names that were left relative to an unknown directory', async () => {
    const paths: string[] = []
    const sources = new SourceFiles((path) => {
      paths.push(path)
      return Promise.resolve(twenty)
    })

    await withSourceContext([entryAt('/srv/app/b.js:1:1')], sources, undefined)

    expect(paths).toEqual([])
  })
})

it('reads at most 25 files for one exception, those next to the error', async () => {
  const calls = Array.from({ length: 40 }, (_, index) => `/srv/app/${index}.js:1:1`)

  const { paths } = await read([entryAt(...calls)])

  expect(paths).toEqual(Array.from({ length: 25 }, (_, index) => `/srv/app/${index}.js`))
})

it('stops adding lines when they fill the event, frames next to the error first', async () => {
  const wide = Array.from({ length: 20 }, () => 'w'.repeat(290)).join('\n')
  const calls = Array.from({ length: 50 }, () => '/srv/app/b.js:10:1')

  const { frames } = await read([entryAt(...calls)], () => wide)

  const withLines = frames.map((frame) => 'context_line' in frame)
  expect(withLines).toEqual([...Array<boolean>(21).fill(false), ...Array<boolean>(29).fill(true)])
})

it('leaves entries without a stack trace alone', async () => {
  const { stacktrace: _, ...entry } = entryAt('/srv/app/b.js:1:1')

  expect(await withSourceContext([entry], new SourceFiles(() => Promise.resolve('')), '/srv/app')).toEqual([
    entry,
  ])
})
