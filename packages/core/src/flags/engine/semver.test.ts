import { describe, expect, it } from 'vitest'
import { compareSemver, parseSemver, semverRanges } from './semver.ts'

describe('a version', () => {
  it.each([
    ['1.2.3', [1, 2, 3]],
    ['1', [1, 0, 0]],
    ['1.', [1, 0, 0]],
    ['1..3', [1, 0, 3]],
    [' v1.2.3 ', [1, 2, 3]],
    ['V1.2', [1, 2, 0]],
    ['1.2.3-beta.1+build', [1, 2, 3]],
    ['1.2.3+build-7', [1, 2, 3]],
    ['1.2.3.x', [1, 2, 3]],
    [1.5, [1, 5, 0]],
    ['9007199254740993.0.0', [9007199254740992, 0, 0]],
  ])('is read from %j', (text, version) => {
    expect(parseSemver(text)).toEqual(version)
  })

  it.each(['', 'v', '-1', '.1', '1.02.3', '01', '1.x', 'vv1', 'v 1', '1 .2', null, {}])(
    'is not %j',
    (text) => {
      expect(parseSemver(text)).toBeUndefined()
    },
  )

  it('is ordered by major, minor and patch as numbers', () => {
    expect(compareSemver([1, 10, 0], [1, 9, 9])).toBe(1)
    expect(compareSemver([1, 2, 3], [2, 0, 0])).toBe(-1)
    expect(compareSemver([1, 2, 3], [1, 2, 3])).toBe(0)
  })
})

describe('a range of versions', () => {
  it.each([
    ['semver_tilde', '1', [1, 0, 0], [1, 1, 0]],
    ['semver_tilde', '1.2.3', [1, 2, 3], [1, 3, 0]],
    ['semver_caret', '1.2.3', [1, 2, 3], [2, 0, 0]],
    ['semver_caret', '0.2.3', [0, 2, 3], [0, 3, 0]],
    ['semver_caret', '0.0.3', [0, 0, 3], [0, 0, 4]],
    ['semver_wildcard', '1.*', [1, 0, 0], [2, 0, 0]],
    ['semver_wildcard', 'v1*', [1, 0, 0], [2, 0, 0]],
    ['semver_wildcard', '1.2.*', [1, 2, 0], [1, 3, 0]],
    ['semver_wildcard', '1.2.3', [1, 2, 0], [1, 3, 0]],
  ] as const)('of %s %s', (operator, filter, lower, upper) => {
    expect(semverRanges[operator](filter)).toEqual({ lower, upper })
  })

  it.each(['*', '.*', '1.x', '1..*', '01.*', '-1'])('is not read from the wildcard %j', (filter) => {
    expect(semverRanges.semver_wildcard(filter)).toBeUndefined()
  })
})
