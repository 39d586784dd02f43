import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type FlagFile, startDevServer } from '../src/index.ts'
import { definitionsOf, post, runningServer } from './running-server.ts'
import { sampleFlags } from './sample-flags.ts'

const keyedFlag = 'must be true, false, the name of a variant or a definition'
const knownKeys =
  'the file may have flags, $schema, cohorts, group_type_mapping, property_matching_version, minimal_flag_called_events'
const operators =
  '"exact", "is_not", "icontains", "not_icontains", "starts_with", "not_starts_with", "ends_with", "not_ends_with", ' +
  '"regex", "not_regex", "gt", "gte", "lt", "lte", "is_set", "is_not_set", "is_date_before", "is_date_after", ' +
  '"semver_eq", "semver_neq", "semver_gt", "semver_gte", "semver_lt", "semver_lte", "semver_tilde", "semver_caret", ' +
  '"semver_wildcard"'

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
    ['invalid', (path: string) => writeFile(path, '{"flags":[{"key":"hero","filters":1}]}')],
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

  it('may list full definitions, as PostHog gives them', async () => {
    const flagsFile = await flagsFileWith(JSON.stringify(sampleFlags))
    const server = await runningServer({ flagsFile })

    const answer = await post(server, '/flags/?v=2', {
      token: 'phc_test',
      distinct_id: 'ada',
      flag_keys_to_evaluate: ['held-out'],
    })

    expect(answer.body).toMatchObject({ flags: { 'held-out': { variant: 'holdout-7' } } })
    expect(server.flags()).toEqual(sampleFlags)
  })

  it('gives every flag an ID that no other one has', async () => {
    const server = await runningServer({
      flags: { flags: { a: { id: 2 }, b: true, c: 'x', d: { id: 1 }, e: { filters: {} } } },
    })

    const { flags } = await definitionsOf(server)

    expect(flags.map(({ key, id }) => [key, id])).toEqual([
      ['a', 2],
      ['b', 3],
      ['c', 4],
      ['d', 1],
      ['e', 5],
    ])
  })

  it('leaves no trace of a deleted flag', async () => {
    const server = await runningServer({ flags: { flags: { old: { deleted: true }, hero: true } } })

    const answer = await post(server, '/flags/?v=2', { token: 'phc_test', distinct_id: 'ada' })

    expect(Object.keys((answer.body as { flags: object }).flags)).toEqual(['hero'])
    expect((await definitionsOf(server)).flags.map(({ key }) => key)).toEqual(['hero'])
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
    ['[]', 'the file must be an object, got an array'],
    ['{}', 'flags must be an array of definitions or an object of flags, got nothing'],
    ['{"flag":{}}', `unknown key "flag"; ${knownKeys}`],
    ['{"flags":{},"__proto__":1}', `unknown key "__proto__"; ${knownKeys}`],
    ['{"flags":"all"}', 'flags must be an array of definitions or an object of flags, got a string'],
    ['{"flags":{"hero":5}}', `flags.hero ${keyedFlag}, got the number 5`],
    ['{"flags":{"hero":null}}', `flags.hero ${keyedFlag}, got null`],
    ['{"flags":{"new-hero":""}}', `flags["new-hero"] ${keyedFlag}, got an empty string`],
    ['{"flags":{"__proto__":[]}}', `flags.__proto__ ${keyedFlag}, got an array`],
    ['{"flags":{"":true}}', 'flags must not have an empty flag key'],
    [
      '{"flags":{"hero":{"key":"hero"}}}',
      "flags.hero.key must not be given: the flag's key is the name of the whole member",
    ],
    ['{"flags":[{"key":"a"},true]}', 'flags[1] must be an object, got a boolean'],
    ['{"flags":[{"id":1}]}', 'flags[0].key must be a non-empty string, got nothing'],
    [
      '{"flags":[{"key":"a"},{"key":"b"},{"key":"a"}]}',
      'flags[2].key must be another one than "a", which flags[0] has',
    ],
    [
      '{"flags":[{"key":"a"},{"key":"b"},{"key":"c","filters":7}]}',
      'flags[2].filters must be an object, got the number 7',
    ],
    ['{"flags":[{"key":"a","active":"yes"}]}', 'flags[0].active must be true or false, got a string'],
    [
      '{"flags":{"a":{"filters":{"groups":[{"rollout_percentage":120}]}}}}',
      'flags.a.filters.groups[0].rollout_percentage must be a number from 0 to 100, got the number 120',
    ],
    [
      '{"flags":{"a":{"filters":{"groups":[{"properties":[{"key":"plan"}]}]}}}}',
      'flags.a.filters.groups[0].properties[0].value must be a string, a number, true, false, null or an array, got nothing',
    ],
    [
      '{"flags":{"a":{"filters":{"groups":[{"properties":[{"key":"plan","value":"x","operator":"equals"}]}]}}}}',
      `flags.a.filters.groups[0].properties[0].operator must be one of ${operators}, got "equals"`,
    ],
    [
      '{"flags":{},"cohorts":{"3":{"type":"ANY"}}}',
      'cohorts["3"].type must be one of "AND", "OR", "property", got "ANY"',
    ],
    [
      '{"flags":{},"cohorts":{"3":{"type":"OR","values":[{"key":"a","value":{"secret":"sesame"}}]}}}',
      'cohorts["3"].values[0].value must be a string, a number, true, false, null or an array, got an object',
    ],
    [
      '{"flags":{},"group_type_mapping":{"company":"0"}}',
      'group_type_mapping must have whole numbers as keys, got "company"',
    ],
    [
      '{"flags":{},"property_matching_version":"2"}',
      'property_matching_version must be a whole number, got a string',
    ],
  ])('%s is refused at the start with the place and what was expected', async (content, problem) => {
    const start = startDevServer({ flags: JSON.parse(content) as FlagFile })

    const message = `flags: ${problem}`
    await expect(start).rejects.toMatchObject({ code: 'invalid-flags', message })
  })
})

async function flagsFileWith(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hedgerow-flags-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'hedgerow.flags.json')
  await writeFile(path, content)
  return path
}
