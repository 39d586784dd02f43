import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { DevServerError, type FlagFile, startDevServer } from '../src/index.ts'
import { sampleFlags } from './sample-flags.ts'

const schemaPath = fileURLToPath(import.meta.resolve('@hedgerow/dev/hedgerow.flags.schema.json'))
const schema = JSON.parse(await readFile(schemaPath, 'utf8')) as object
const isValid = new Ajv2020({ allowUnionTypes: true, strictTuples: false, strictTypes: false }).compile(
  schema,
)

const PROPERTY_OPERATORS = [
  ...['exact', 'is_not', 'icontains', 'not_icontains', 'starts_with', 'not_starts_with', 'ends_with'],
  ...['not_ends_with', 'regex', 'not_regex', 'gt', 'gte', 'lt', 'lte', 'is_set', 'is_not_set'],
  ...['is_date_before', 'is_date_after', 'semver_eq', 'semver_neq', 'semver_gt', 'semver_gte'],
  ...['semver_lt', 'semver_lte', 'semver_tilde', 'semver_caret', 'semver_wildcard'],
]

describe('the schema of the flags file', () => {
  it.each([
    ['the file of the Express example', '../../../examples/express/hedgerow.flags.json'],
    ['a file that uses everything', undefined],
  ])('accepts %s', async (_name, path) => {
    const file: unknown = path ? await jsonOf(new URL(path, import.meta.url)) : sampleFlags

    expect([isValid(file), isValid.errors]).toEqual([true, null])
    expect(await isLoaded(file)).toBe(true)
  })

  it('accepts every file that the README shows', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
    const files = [...readme.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text]) => JSON.parse(text ?? ''))

    expect(files.length).toBeGreaterThanOrEqual(2)
    for (const file of files) expect([isValid(file), await isLoaded(file)]).toEqual([true, true])
  })

  it.each([
    ['a flag of another kind', { flags: { hero: 5 } }],
    ['a key beside the known ones', { flags: {}, flag: {} }],
    ['a file without flags', { cohorts: {} }],
    ['a rollout over 100', flagWith({ groups: [{ rollout_percentage: 101 }] })],
    [
      'a misspelled operator',
      flagWith({ groups: [{ properties: [{ key: 'a', value: 1, operator: 'is' }] }] }),
    ],
    ['an operator of cohorts on a property', filterOf({ key: 'a', value: ['x'], operator: 'in' })],
    ['an operator of properties on a cohort', filterOf({ type: 'cohort', value: 1, operator: 'icontains' })],
    ['a filter without a value', filterOf({ key: 'a', operator: 'gte' })],
    ['a variant without a share', flagWith({ multivariate: { variants: [{ key: 'a' }] } })],
    [
      'a cohort that mixes groups and filters',
      cohortOf([
        { type: 'AND', values: [] },
        { key: 'a', value: 'b' },
      ]),
    ],
  ])('refuses %s, as the server does', async (_name, file) => {
    expect([isValid(file), await isLoaded(file)]).toEqual([false, false])
  })

  it.each([
    [undefined, PROPERTY_OPERATORS],
    ['person', PROPERTY_OPERATORS],
    ['group', PROPERTY_OPERATORS],
    ['cohort', ['exact', 'in', 'not_in']],
    ['flag', ['exact', 'flag_evaluates_to']],
  ])('knows the operators of a filter of type %s, as the server does', async (type, known) => {
    const candidates = [...PROPERTY_OPERATORS, 'in', 'not_in', 'flag_evaluates_to', 'between', '']

    const accepted = await Promise.all(
      candidates.map(async (operator) => {
        const file = filterOf({ ...(type && { type }), key: 'a', value: 'b', operator })
        return { operator, bySchema: isValid(file), byServer: await isLoaded(file) }
      }),
    )

    const expected = candidates.map((operator) => {
      const isKnown = known.includes(operator)
      return { operator, bySchema: isKnown, byServer: isKnown }
    })
    expect(accepted).toEqual(expected)
  })

  it('agrees with the server about every file that differs from a good one in one place', async () => {
    const disagreements: string[] = []
    let refused = 0
    let checked = 0
    for (const { file, change } of [...variationsOf(everyPlace), ...variationsOf(listed)]) {
      const wanted = isValid(file)
      if ((await isLoaded(file)) !== wanted) disagreements.push(`${change}: the schema says ${wanted}`)
      if (!wanted) refused += 1
      checked += 1
    }

    expect(disagreements).toEqual([])
    expect(checked).toBeGreaterThan(1800)
    expect(refused).toBeGreaterThan(1000)
    expect(checked - refused).toBeGreaterThan(300)
  })
})

/** Every member that the schema knows, once. */
const everyPlace = {
  $schema: './hedgerow.flags.schema.json',
  flags: {
    shorthand: true,
    full: {
      id: 1,
      name: 'n',
      version: 1,
      active: true,
      deleted: false,
      ensure_experience_continuity: false,
      bucketing_identifier: 'device_id',
      has_experiment: false,
      evaluation_contexts: ['backend'],
      evaluation_tags: ['backend'],
      evaluation_runtime: 'server',
      filters: {
        groups: [
          {
            properties: [
              { type: 'person', key: 'a', value: 'b', operator: 'is_not', negation: false },
              { type: 'group', key: 'a', operator: 'is_set' },
              { type: 'cohort', key: 'id', value: 1, operator: 'not_in', negation: true },
              { type: 'flag', key: 'f', value: true, operator: 'flag_evaluates_to', dependency_chain: ['f'] },
            ],
            rollout_percentage: 50,
            variant: 'v',
            aggregation_group_type_index: 0,
          },
        ],
        multivariate: { variants: [{ key: 'v', name: 'n', rollout_percentage: 100 }] },
        payloads: { v: '{}' },
        aggregation_group_type_index: 0,
        early_exit: true,
        holdout: { id: 1, exclusion_percentage: 10 },
      },
    },
  },
  cohorts: {
    '1': { type: 'AND', values: [{ type: 'OR', values: [{ key: 'a', value: 'b', negation: true }] }] },
  },
  group_type_mapping: { '0': 'company' },
  property_matching_version: 2,
  minimal_flag_called_events: true,
}

const listed = { flags: [{ key: 'full', filters: {} }, { key: 'bare' }] }

const OTHER_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  101,
  '',
  'x',
  'exact',
  'cohort',
  [],
  [null],
  ['x'],
  [{}],
  [{ key: 'x' }],
  [{ key: 'x', value: 1 }],
  {},
  { x: 1 },
  { type: 'OR' },
  { key: 'x' },
]

/** Copies of a value in which one place has another value, is gone, or has a member more. */
function* variationsOf(root: object): Generator<{ file: unknown; change: string }> {
  for (const path of pathsIn(root)) {
    for (const value of OTHER_VALUES) {
      yield { file: changed(root, path, () => value), change: `${path.join('.')} = ${JSON.stringify(value)}` }
    }
    yield { file: changed(root, path, () => undefined), change: `${path.join('.')} gone` }
    const more = (value: unknown) => (isObject(value) ? { ...value, '': 1, more: 1 } : value)
    yield { file: changed(root, path, more), change: `${path.join('.')} with more` }
  }
}

function pathsIn(value: unknown, path: readonly string[] = []): string[][] {
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return [[...path], ...members.flatMap(([key, member]) => pathsIn(member, [...path, key]))]
}

function changed(
  value: unknown,
  [key, ...rest]: readonly string[],
  change: (value: unknown) => unknown,
): unknown {
  if (key === undefined) return change(value)
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>
  const member = changed(copy[key], rest, change)
  if (member === undefined && Array.isArray(copy)) copy.splice(Number(key), 1)
  else if (member === undefined) delete copy[key]
  else copy[key] = member
  return copy
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function flagWith(filters: unknown): unknown {
  return { flags: [{ key: 'flag', filters }] }
}

function filterOf(filter: unknown): unknown {
  return flagWith({ groups: [{ properties: [filter] }] })
}

function cohortOf(values: readonly unknown[]): unknown {
  return { flags: {}, cohorts: { 1: { type: 'AND', values } } }
}

async function jsonOf(path: URL): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8')) as unknown
}

/** Whether a server starts with this file. */
async function isLoaded(file: unknown): Promise<boolean> {
  if (file === undefined) return false
  try {
    const server = await startDevServer({ flags: file as FlagFile })
    await server.close()
    return true
  } catch (error) {
    if (error instanceof DevServerError && error.code === 'invalid-flags') return false
    throw error
  }
}
