import { describe, expect, it } from 'vitest'
import type { CompiledRegex } from '../regex/portable-regex.ts'
import { parsePropertyFilter } from './flag-filters.ts'
import { Bucketing } from './bucketing.ts'
import { CompiledStore } from './compiled-store.ts'
import { Decisions } from './decisions.ts'
import { propertyMatcher } from './match-property.ts'
import { missing, no, unsupported, yes } from './outcome.ts'
import { PropertyBag } from './property-bag.ts'
import { SubjectContext } from './subject-context.ts'

const nobody = { distinctId: 'visitor', groups: {}, personProperties: {}, groupProperties: {} }

function judge(operator: string | null, filter: unknown, properties: object, version?: number): number {
  const property = parsePropertyFilter({ key: 'p', operator, value: filter, type: 'person' })!
  const shared = { bucketing: new Bucketing(), decisions: new Decisions() }
  const context = new SubjectContext(nobody, Date.parse('2024-03-31T00:00:00Z'), shared, 0)
  const rules = { version, regexes: new CompiledStore<CompiledRegex>() }
  return propertyMatcher(property, rules)(new PropertyBag('', properties, 'visitor'), context)
}

describe('a property that is not there', () => {
  it.each(['exact', 'is_not', 'is_set', 'is_not_set', 'gt', 'regex', 'icontains'])(
    'leaves %s undecided for want of context',
    (operator) => {
      expect(judge(operator, 'x', {})).toBe(missing)
    },
  )

  it.each([
    ['between', [1, 2]],
    ['exact', 30],
    ['exact', ['a', 30]],
    ['is_date_before', 'no date'],
    ['semver_gt', '01.2'],
  ])('is not to blame where %s %j could never decide', (operator, filter) => {
    expect(judge(operator, filter, {})).toBe(unsupported)
  })

  it('is not found on the prototype', () => {
    expect(judge('is_set', undefined, Object.create({ p: 'x' }))).toBe(missing)
  })
})

describe('a property that is undefined', () => {
  it('is set, and otherwise never decided', () => {
    expect(judge('is_set', undefined, { p: undefined })).toBe(yes)
    expect(judge('is_not_set', undefined, { p: undefined })).toBe(no)
    expect(judge('exact', 'x', { p: undefined })).toBe(unsupported)
    expect(judge('is_date_before', '7d', { p: undefined })).toBe(unsupported)
  })
})

describe('a property that is null', () => {
  it.each(['exact', 'icontains', 'starts_with', 'ends_with', 'regex'])(
    'is the text null for %s',
    (operator) => {
      expect(judge(operator, 'null', { p: null })).toBe(yes)
      expect(judge(operator === 'exact' ? 'is_not' : `not_${operator}`, 'null', { p: null })).toBe(no)
    },
  )

  it.each(['gt', 'lte', 'is_date_before', 'semver_eq', 'between'])('never matches %s', (operator) => {
    expect(judge(operator, '1', { p: null })).toBe(no)
  })
})

describe('exact', () => {
  it('compares truth where an older filter looks like a boolean', () => {
    expect(judge('exact', 'false', { p: 'banana' })).toBe(yes)
    expect(judge('exact', 'false', { p: 5 })).toBe(yes)
    expect(judge('exact', ['TRUE', true], { p: 'true' })).toBe(yes)
    expect(judge('exact', 'false', { p: NaN })).toBe(missing)
  })

  it('compares text in version 2, where a number is never a boolean', () => {
    expect(judge('exact', 'false', { p: 'banana' }, 2)).toBe(no)
    expect(judge('exact', true, { p: 'TRUE' }, 2)).toBe(yes)
    expect(judge('exact', true, { p: 1 }, 2)).toBe(no)
    expect(judge('exact', true, { p: Infinity }, 2)).toBe(missing)
  })

  it('compares truth with an empty list in every version', () => {
    expect(judge('exact', [], { p: true }, 2)).toBe(yes)
    expect(judge('exact', [], { p: 'x' }, 2)).toBe(no)
  })

  it('leaves integers undecided, except behind an item that is equal', () => {
    expect(judge('exact', '30', { p: 30 })).toBe(missing)
    expect(judge('exact', 30, { p: '30' })).toBe(unsupported)
    expect(judge('exact', ['a', 30], { p: 'A' })).toBe(yes)
    expect(judge('exact', ['a', 30], { p: 'b' })).toBe(unsupported)
    expect(judge('is_not', ['a', 30], { p: 'A' })).toBe(no)
  })

  it('ignores case beyond ASCII, and leaves unpaired surrogates undecided', () => {
    expect(judge('exact', 'É', { p: 'é' })).toBe(yes)
    expect(judge('exact', 'x', { p: 'y\ud800' })).toBe(missing)
    expect(judge(null, 'x', { p: 'X' })).toBe(yes)
  })
})

describe('the other operators', () => {
  it('fold A to Z alone in parts of texts', () => {
    expect(judge('icontains', 'É', { p: 'caFÉ' })).toBe(yes)
    expect(judge('icontains', 'É', { p: 'café' })).toBe(no)
    expect(judge('starts_with', 'AB', { p: 'abc' })).toBe(yes)
    expect(judge('ends_with', 'longer than it', { p: 'it' })).toBe(no)
    expect(judge('ends_with', '', { p: 'x' })).toBe(yes)
    expect(judge('icontains', 'a,B', { p: ['A', 'b'] })).toBe(yes)
  })

  it('compare numbers where both sides begin with one, else texts', () => {
    expect(judge('gt', '9', { p: '10abc' })).toBe(yes)
    expect(judge('gt', 'x', { p: 10 })).toBe(no)
    expect(judge('lt', '9', { p: Infinity })).toBe(no)
    expect(judge('gte', 10, { p: 10n })).toBe(yes)
  })

  it('read dates strictly, and put an invalid Date object on no side', () => {
    expect(judge('is_date_before', '7d', { p: '2024-03-23' })).toBe(yes)
    expect(judge('is_date_before', '7d', { p: '2024-03-24T00:00:00Z' })).toBe(no)
    expect(judge('is_date_after', '7d', { p: '2024-03-24T00:00:00Z' })).toBe(no)
    expect(judge('is_date_after', '7d', { p: 'soon' })).toBe(missing)
    expect(judge('is_date_after', '7d', { p: new Date(NaN) })).toBe(no)
    expect(judge('is_date_after', 0, { p: 0.5 })).toBe(no)
    expect(judge('is_date_before', '2024-01-01', { p: 9e15 })).toBe(missing)
    expect(judge('is_date_after', true, { p: '2024-03-24' })).toBe(unsupported)
  })

  it('match neither way with a pattern that does not compile', () => {
    expect(judge('regex', '(', { p: 'x' })).toBe(no)
    expect(judge('not_regex', '(', { p: 'x' })).toBe(no)
    expect(judge('not_regex', '', { p: 'é' })).toBe(no)
  })
})
