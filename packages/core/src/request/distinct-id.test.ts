import { describe, expect, it } from 'vitest'
import { distinctIdProblem, usableDistinctId } from './distinct-id.ts'

describe('a distinct id', () => {
  it.each([
    ['user_1', 'user_1'],
    [' user_1 ', 'user_1'],
    ['01901b2c-1111-7000-8000-000000000001', '01901b2c-1111-7000-8000-000000000001'],
    ['jane@example.com', 'jane@example.com'],
    ['日本語', '日本語'],
    ['😀', '😀'],
    ['00', '00'],
    ['1', '1'],
    ['nullify', 'nullify'],
    ['x'.repeat(200), 'x'.repeat(200)],
    [42, '42'],
    [-7, '-7'],
    [1.5, '1.5'],
  ])('may be %j', (given, expected) => {
    expect(usableDistinctId(given)).toBe(expected)
  })

  it.each([
    ...['', ' ', '\t\n', 'a\nb', 'a\0', 'a\u007f', 'a\u0085b', 'x'.repeat(201)],
    ...['0', '-1', 'null', 'NULL', 'undefined', 'None', 'nil', 'NaN', 'true', 'False', '[object Object]'],
    ...[
      'anonymous',
      'Anonymous',
      'guest',
      'test',
      'user',
      'unknown',
      'id',
      'email',
      'distinct_id',
      'distinctId',
    ],
    'not_authenticated',
    ...['"null"', "'guest'", '""', 'Infinity', '[object Promise]'],
    ...['00000000-0000-0000-0000-000000000000', 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'],
  ])('cannot be the text %j', (given) => {
    expect(usableDistinctId(given)).toBeUndefined()
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['zero', 0],
    ['minus zero', -0],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['true', true],
    ['an object', { toString: () => 'user_1' }],
    ['a list', ['user_1']],
    ['a function', () => 'user_1'],
    ['a big integer', 1n],
    ['a symbol', Symbol('user_1')],
  ])('cannot be %s', (_case, given) => {
    expect(usableDistinctId(given)).toBeUndefined()
  })

  it.each([
    ['user_1', undefined],
    [42, undefined],
    [0, 'is zero or no finite number'],
    [{}, 'is no text'],
    ['  ', 'is blank'],
    ['x'.repeat(201), 'is longer than 200 characters'],
    ['a\0b', 'contains control characters'],
    ['Guest', 'stands for nobody, as "null" and "guest" do'],
  ])('that is %j has this problem: %s', (given, problem) => {
    expect(distinctIdProblem(given)).toBe(problem)
  })
})
