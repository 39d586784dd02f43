import { isJsonRecord } from './json-record.ts'
import {
  COHORT_OPERATORS,
  FLAG_OPERATORS,
  PRESENCE_OPERATORS,
  PROPERTY_OPERATORS,
} from './property-operators.ts'
import {
  type Members,
  type Shape,
  listOf,
  mapOf,
  mustBe,
  nullOr,
  oneOf,
  recordOf,
  valueThat,
} from './shape.ts'

// What is allowed here is what `hedgerow.flags.schema.json` allows; a test holds the two together.

const bool = valueThat('true or false', (value) => typeof value === 'boolean')
const text = valueThat('a string', (value) => typeof value === 'string')
const name = valueThat('a non-empty string', isName)
const wholeNumber = valueThat('a whole number', Number.isInteger)
const groupTypeIndex = valueThat(
  'a whole number of at least 0',
  (value) => Number.isInteger(value) && Number(value) >= 0,
)
const percentage = valueThat(
  'a number from 0 to 100',
  (value) => typeof value === 'number' && value >= 0 && value <= 100,
)
const id = valueThat(
  'a whole number or a non-empty string',
  (value) => Number.isInteger(value) || isName(value),
)
const filterValue = valueThat(
  'a string, a number, true, false, null or an array',
  (value) => value === null || Array.isArray(value) || ['string', 'number', 'boolean'].includes(typeof value),
)
const flagValue = valueThat('true, false or a string', (value) =>
  ['string', 'boolean'].includes(typeof value),
)

const filterType = nullOr(oneOf(['person', 'group', 'cohort', 'flag']))
const negation = nullOr(bool)

const cohortFilter = recordOf({ operator: nullOr(oneOf(COHORT_OPERATORS)), negation }, { value: id })
const flagFilter = recordOf(
  { operator: nullOr(oneOf(FLAG_OPERATORS)), negation, dependency_chain: nullOr(listOf(text)) },
  { key: name, value: flagValue },
)
const valueFilterMembers: Members = { operator: nullOr(oneOf(PROPERTY_OPERATORS)), negation }
const valueFilter = recordOf(valueFilterMembers, { key: name, value: filterValue })
const presenceFilter = recordOf({ ...valueFilterMembers, value: filterValue }, { key: name })

const filter: Shape = (value, place) => {
  const problem = recordOf({ type: filterType })(value, place)
  if (problem !== undefined || !isJsonRecord(value)) return problem
  const { type, operator } = value
  if (type === 'cohort') return cohortFilter(value, place)
  if (type === 'flag') return flagFilter(value, place)
  return PRESENCE_OPERATORS.some((known) => known === operator)
    ? presenceFilter(value, place)
    : valueFilter(value, place)
}

const condition = recordOf({
  properties: nullOr(listOf(filter)),
  rollout_percentage: nullOr(percentage),
  variant: nullOr(text),
  aggregation_group_type_index: nullOr(groupTypeIndex),
})

const variant = recordOf({ name: nullOr(text) }, { key: name, rollout_percentage: percentage })

const filters = recordOf({
  groups: nullOr(listOf(condition)),
  multivariate: nullOr(recordOf({ variants: nullOr(listOf(variant)) })),
  payloads: nullOr(mapOf(() => undefined)),
  aggregation_group_type_index: nullOr(groupTypeIndex),
  early_exit: nullOr(bool),
  holdout: nullOr(recordOf({}, { id, exclusion_percentage: percentage })),
})

const definitionMembers: Members = {
  id: wholeNumber,
  name: nullOr(text),
  version: wholeNumber,
  active: bool,
  deleted: bool,
  ensure_experience_continuity: nullOr(bool),
  bucketing_identifier: nullOr(oneOf(['distinct_id', 'device_id', ''])),
  has_experiment: nullOr(bool),
  evaluation_contexts: nullOr(listOf(text)),
  evaluation_tags: nullOr(listOf(text)),
  evaluation_runtime: nullOr(oneOf(['all', 'client', 'server'])),
  filters: nullOr(filters),
}

const listedFlag = recordOf(definitionMembers, { key: name })
const unkeyedFlag = recordOf({
  ...definitionMembers,
  key: (_value, place) => `${place} must not be given: the flag's key is the name of the whole member`,
})
const keyedFlag: Shape = (value, place) => {
  if (typeof value === 'boolean' || isName(value)) return undefined
  if (isJsonRecord(value)) return unkeyedFlag(value, place)
  return mustBe(place, 'true, false, the name of a variant or a definition', value)
}

const flags: Shape = (value, place) => {
  if (Array.isArray(value)) return listOf(listedFlag)(value, place)
  if (!isJsonRecord(value)) return mustBe(place, 'an array of definitions or an object of flags', value)
  return mapOf(keyedFlag, (key) => (key === '' ? 'must not have an empty flag key' : undefined))(value, place)
}

const cohortGroup: Shape = (value, place) => {
  const problem = recordOf({ type: oneOf(['AND', 'OR', 'property']) })(value, place)
  if (problem !== undefined || !isJsonRecord(value) || Object.keys(value).length === 0) return problem
  const { values } = value
  // What the first one is, the engine takes all the others for.
  const hasGroups = Array.isArray(values) && isJsonRecord(values[0]) && Object.hasOwn(values[0], 'values')
  const members = nullOr(listOf(hasGroups ? cohortGroup : filter))
  return recordOf({ values: members }, { type: text })(value, place)
}

const otherMembers: Members = {
  $schema: text,
  cohorts: mapOf(nullOr(cohortGroup)),
  group_type_mapping: mapOf(name, (key) =>
    /^\d+$/.test(key)
      ? undefined
      : `must have whole numbers as keys, got ${JSON.stringify(key.slice(0, 40))}`,
  ),
  property_matching_version: wholeNumber,
  minimal_flag_called_events: bool,
}

/** A flags file, full definitions and shorthand. Its own place is the empty text. */
export const flagFileShape: Shape = (value, place) => {
  if (!isJsonRecord(value)) return mustBe('the file', 'an object', value)
  const known = ['flags', ...Object.keys(otherMembers)]
  const unknown = Object.keys(value).find((key) => !known.includes(key))
  if (unknown === undefined) return recordOf(otherMembers, { flags })(value, place)
  return `unknown key ${JSON.stringify(unknown.slice(0, 40))}; the file may have ${known.join(', ')}`
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}
