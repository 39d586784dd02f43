import * as fc from 'fast-check'

/** Names that are members of every object, beside common ones. */
const names = fc.constantFrom(
  'plan',
  'email',
  'age',
  '$device_id',
  'distinct_id',
  '__proto__',
  'constructor',
  'toString',
)
const keys = fc.constantFrom('f0', 'f1', 'f2', 'f3', '__proto__', 'constructor')
const cohortIds = fc.constantFrom('1', '2', '3', '__proto__', 'static')
const texts = fc.constantFrom(
  'pro',
  'PRO',
  'true',
  '1.2.3',
  '7d',
  '2024-01-31',
  '^p',
  '(',
  '(?=x)',
  '\ud800',
  '',
  'é',
  '30',
)
const percentages = fc.constantFrom(0, 100, 50, 33.3333, -1, 150, '50', null, undefined)
const operators = fc.constantFrom(
  ...[
    'exact',
    'is_not',
    'is_set',
    'is_not_set',
    'icontains',
    'not_ends_with',
    'regex',
    'not_regex',
    'gt',
    'lte',
  ],
  ...[
    'is_date_before',
    'semver_caret',
    'semver_wildcard',
    'semver_neq',
    'in',
    'not_in',
    'between',
    'constructor',
  ],
  ...[null, undefined],
)

/** Any JSON, most of it of the kinds that definitions hold. */
const values = fc.oneof(
  texts,
  fc.boolean(),
  fc.constantFrom(30, 1.5, null),
  fc.array(texts, { maxLength: 3 }),
  fc.jsonValue(),
)

/** A list of mostly sound items; some definitions have something else where a list belongs. */
function listOf<Item>(item: fc.Arbitrary<Item>, maxLength: number): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 60, arbitrary: fc.array(item, { maxLength }) },
    { weight: 1, arbitrary: fc.jsonValue() },
    { weight: 1, arbitrary: fc.array(fc.jsonValue(), { maxLength }) },
  )
}

function mostly<Value>(usual: Value, rare: Value): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(rare) })
}

const filter = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ key: names, operator: operators, value: values, negation: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('cohort'), value: cohortIds, operator: operators }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('flag'),
      key: keys,
      value: values,
      dependency_chain: fc.oneof(fc.array(keys, { maxLength: 3 }), values),
    }),
  },
)

const condition = fc.record(
  {
    properties: listOf(filter, 3),
    rollout_percentage: percentages,
    variant: fc.constantFrom('a', 'b', 'none', '', null),
    aggregation_group_type_index: fc.constantFrom(0, 1, null, undefined, '0', {}),
  },
  { requiredKeys: ['properties'] },
)

const filters = fc.record(
  {
    groups: listOf(condition, 4),
    multivariate: fc.record({
      variants: listOf(fc.record({ key: fc.constantFrom('a', 'b', ''), rollout_percentage: percentages }), 3),
    }),
    payloads: fc.dictionary(fc.constantFrom('true', 'a', '__proto__'), values),
    aggregation_group_type_index: fc.constantFrom(0, 1, null, '0', {}),
    early_exit: fc.boolean(),
    holdout: fc.record({ id: fc.constantFrom(1, 'x', null, {}), exclusion_percentage: percentages }),
  },
  { requiredKeys: ['groups'] },
)

const flag = fc.record(
  {
    key: keys,
    active: mostly(true, false),
    ensure_experience_continuity: mostly(false, true),
    bucketing_identifier: fc.constantFrom('distinct_id', 'device_id', null, 5),
    evaluation_contexts: fc.constantFrom([], ['web'], 'web', null),
    filters: fc.oneof({ weight: 20, arbitrary: filters }, { weight: 1, arbitrary: fc.jsonValue() }),
  },
  { requiredKeys: ['key', 'active', 'filters'] },
)

const { cohort } = fc.letrec<{ cohort: unknown }>((tie) => ({
  cohort: fc.record({
    type: fc.constantFrom('AND', 'OR', 'property', 'XOR'),
    values: fc.oneof({ maxDepth: 3 }, listOf(filter, 3), listOf(tie('cohort'), 3)),
  }),
}))

/** Definitions, sound for the most part, as their JSON text. */
export const definitionTexts = fc
  .record({
    flags: fc.array(flag, { minLength: 1, maxLength: 5 }),
    cohorts: fc.dictionary(
      cohortIds,
      fc.oneof({ weight: 9, arbitrary: cohort }, { weight: 1, arbitrary: fc.jsonValue() }),
    ),
    group_type_mapping: fc.constantFrom(
      { 0: 'company' },
      { 0: 'constructor', 1: 'company' },
      {},
      { 0: 5 },
      null,
    ),
    property_matching_version: fc.constantFrom(1, 2, '2', undefined),
  })
  .map((definitions) => JSON.stringify(definitions))

const anyProperties = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.dictionary(
      names,
      fc.oneof(values, fc.anything({ withDate: true, withMap: true, withBigInt: true })),
    ),
  },
  { weight: 1, arbitrary: fc.anything() },
)

/** Who a flag may be evaluated for, including what no type allows. */
export const subjects = fc.record({
  distinctId: fc.oneof(
    { weight: 9, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 1, arbitrary: fc.anything() },
  ),
  groups: fc.oneof(fc.dictionary(fc.constantFrom('company', 'constructor'), fc.string()), fc.anything()),
  personProperties: anyProperties,
  groupProperties: fc.oneof(
    fc.dictionary(fc.constantFrom('company', 'constructor'), anyProperties),
    fc.anything(),
  ),
})
