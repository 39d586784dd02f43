import { describe, expect, it } from 'vitest'
import { linearCost } from './regex-linear.ts'
import { scanRegex } from './regex-scanner.ts'
import { parseRegex } from './regex-syntax.ts'

function isProvenLinear(pattern: string): boolean {
  const tokens = scanRegex(pattern)
  if (!tokens) throw new Error(`${pattern} is not portable.`)
  return linearCost(parseRegex(tokens)) !== undefined
}

describe('patterns that a backtracking engine answers in linear time are recognised', () => {
  it.each([
    ['^foo'],
    ['\\.com$'],
    ['^[a-z]+@example\\.com$'],
    ['(foo|bar)'],
    ['^(?:a|b)\\d{2,4}$'],
    ['^\\d+$'],
    ['^[\\w.+-]+@[a-z]+\\.(?:com|org)$'],
    ['^[a-z]{1,64}@'],
    ['^[a-z]+\\d+$'],
    ['^(?:[a-z]+,){2}x$'],
    ['^a+|^b+'],
    ['ada.*'],
    ['a{2,}'],
    ['x*'],
    ['a?b?c?$'],
    ['^.{0,255}$'],
  ])('%j', (pattern) => {
    expect(isProvenLinear(pattern)).toBe(true)
  })
})

describe('patterns that can take longer are not', () => {
  it.each([
    ['a*b'],
    ['\\s+$'],
    ['[^@]+@'],
    ['(a+)+$'],
    ['(a|a)*$'],
    ['^(a|a)*$'],
    ['^(a*)*$'],
    ['^a*a*$'],
    ['^a*.b$'],
    ['^a+(?:b|a)c$'],
    ['^a*b?a*c$'],
    ['^(?:[a-z]+,?){2}x$'],
    ['(?:^a|b)+c'],
    ['(?:^|a)a*b'],
    ['^a|a*b'],
    ['^(a?){30}a{30}$'],
    ['^(?:a|a){30}$'],
    ['a{0,2000}b'],
    ['a{4294967295}'],
  ])('%j', (pattern) => {
    expect(isProvenLinear(pattern)).toBe(false)
  })
})
