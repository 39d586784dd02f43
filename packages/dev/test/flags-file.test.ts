import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type FlagFile, startDevServer } from '../src/index.ts'
import { post, runningServer } from './running-server.ts'

describe('a flags file', () => {
  it('is read again after an edit, without a restart', async () => {
    const flagsFile = await flagsFileWith('{"flags":{"hero":"a"}}')
    const lines: string[] = []
    const server = await runningServer({ flagsFile, log: (line) => lines.push(line) })

    await writeFile(flagsFile, '{"flags":{"hero":"blue","beta":true}}')
    const answer = await post(server, '/flags/?v=2', { token: 'phc_test', distinct_id: 'ada' })

    expect(answer.body).toMatchObject({ flags: { hero: { variant: 'blue' }, beta: { enabled: true } } })
    expect(server.flags()).toEqual({ flags: { hero: 'blue', beta: true } })
    expect(lines).toEqual([`${flagsFile}: changed, 2 flags loaded`])
  })

  it('gives definitions a new ETag after an edit', async () => {
    const flagsFile = await flagsFileWith('{"flags":{"hero":"a"}}')
    const server = await runningServer({ flagsFile })
    const url = `${server.url}/flags/definitions?token=phc_test&send_cohorts`
    const authorization = 'Bearer phx_test'
    const etag = (await fetch(url, { headers: { authorization } })).headers.get('etag') ?? ''

    await writeFile(flagsFile, '{"flags":{"hero":"blue"}}')
    const response = await fetch(url, { headers: { authorization, 'if-none-match': etag } })

    expect(response.status).toBe(200)
    expect(await response.text()).toContain('"blue"')
  })

  it.each([
    ['broken', (path: string) => writeFile(path, '{"flags":\n{"hero":')],
    ['invalid', (path: string) => writeFile(path, '{"flags":{"hero":1}}')],
    ['removed', (path: string) => unlink(path)],
  ])('that is %s keeps the last good flags and says so in one line, once', async (_name, spoil) => {
    const flagsFile = await flagsFileWith('{"flags":{"hero":"a"}}')
    const lines: string[] = []
    const server = await runningServer({ flagsFile, log: (line) => lines.push(line) })

    await spoil(flagsFile)
    await post(server, '/flags/?v=2', { token: 'phc_test', distinct_id: 'ada' })
    const answer = await post(server, '/flags/?v=2', { token: 'phc_test', distinct_id: 'ada' })

    expect(answer.body).toMatchObject({ flags: { hero: { variant: 'a' } } })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^.+: .+; the last good flags stay in use$/)
    expect(lines[0]).not.toContain('\n')
  })

  it('that is missing at the start is named', async () => {
    const start = startDevServer({ flagsFile: '/nowhere/hedgerow.flags.json' })

    await expect(start).rejects.toMatchObject({
      code: 'invalid-flags',
      message: '/nowhere/hedgerow.flags.json: the flags file cannot be read (ENOENT)',
    })
  })

  it('cannot be given together with fixed flags', async () => {
    const start = startDevServer({ flagsFile: 'a.json', flags: { flags: {} } })

    await expect(start).rejects.toMatchObject({ code: 'invalid-option' })
  })
})

describe('an invalid flags file', () => {
  it.each([
    ['[]', 'must be an object with the key "flags", got an array'],
    ['{}', 'must have the key "flags"'],
    ['{"flags":{},"cohorts":{}}', 'unknown key "cohorts"; the only key is "flags"'],
    ['{"flag":{}}', 'unknown key "flag"; the only key is "flags"'],
    ['{"flags":{},"__proto__":1}', 'unknown key "__proto__"; the only key is "flags"'],
    [
      '{"flags":[{"key":"hero"}]}',
      '"flags" must be an object of flag keys, each true, false or a variant name, got an array',
    ],
    ['{"flags":{"hero":5}}', 'flag "hero" must be true, false or a non-empty variant name, got a number'],
    ['{"flags":{"hero":null}}', 'flag "hero" must be true, false or a non-empty variant name, got null'],
    [
      '{"flags":{"hero":""}}',
      'flag "hero" must be true, false or a non-empty variant name, got an empty string',
    ],
    ['{"flags":{"hero":{}}}', 'flag "hero" must be true, false or a non-empty variant name, got an object'],
    [
      '{"flags":{"__proto__":[]}}',
      'flag "__proto__" must be true, false or a non-empty variant name, got an array',
    ],
    ['{"flags":{"":true}}', 'a flag key in "flags" must not be empty'],
  ])('%s is refused at the start with the key and what was expected', async (content, problem) => {
    const start = startDevServer({ flags: JSON.parse(content) as FlagFile })

    await expect(start).rejects.toMatchObject({ code: 'invalid-flags', message: `flags: ${problem}` })
  })
})

async function flagsFileWith(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hedgerow-flags-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'hedgerow.flags.json')
  await writeFile(path, content)
  return path
}
