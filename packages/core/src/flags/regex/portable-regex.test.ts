import { describe, expect, it } from 'vitest'
import { compileRegex } from './portable-regex.ts'

/** What a flag gets to know: the answer, or why there is none. */
function ask(pattern: string, subject = ''): boolean | 'undecidable' | 'invalid' {
  const regex = compileRegex(pattern)
  return regex.kind === 'matcher' ? (regex.test(subject) ?? 'undecidable') : regex.kind
}

describe('a pattern that means the same everywhere is answered', () => {
  it.each([
    ['^ada@', 'ada@example.com', true],
    ['^ada@', 'not ada@example.com', false],
    ['\\.com$', 'example.com', true],
    ['\\.com$', 'example.com/', false],
    ['^[a-z]+@example\\.com$', 'ada@example.com', true],
    ['^[a-z]+@example\\.com$', 'ada@example.org', false],
    ['(pro|team)', 'my team', true],
    ['(pro|team)', 'PRO', false],
    ['(a(b(c)?)?)?d', 'xabd', true],
    ['^(?:a|b)\\d{2,4}$', 'b123', true],
    ['^(?:a|b)\\d{2,4}$', 'b12345', false],
    ['a{2,}', 'aa', true],
    ['a{2}?', 'a', false],
    ['^a{0}$', 'a', false],
    ['^a+?b??$', 'aab', true],
    ['.*@example\\.com$', 'ada@example.com', true],
    ['[^@]+@', '@', false],
    ['[\\w.-]+@', 'ada.l@', true],
    ['^[\\d-]+$', '555-01', true],
    ['[\\]\\[]', '[', true],
    ['[^\\n]', '\n', false],
    ['[\\b]', '\b', true],
    ['[a\\-z]', 'm', false],
    ['\\x41', 'A', true],
    ['^[\\x41-\\x5a]+$', 'ABZ', true],
    ['\\x80', 'a', false],
    ['\\t\\v\\f', '\t\v\f', true],
    ['\\s\\S\\d\\D\\w\\W', ' x1x1 ', true],
    ['a\\ b', 'a b', true],
    ['\\/\\-\\@\\_', '/-@_', true],
    [']a]', ']a]', true],
    ['a}*', 'a', true],
    ['a|', 'z', true],
    ['(|a)b', 'b', true],
    ['()', '', true],
    ['(^)*a', 'ba', true],
    ['(()a)*$', 'b', true],
    ['$^', '', true],
    ['$^', 'a', false],
    ['a^b', 'ab', false],
    ['(?:^a|b$)', 'ca', false],
    ['(?:^a|b$)', 'cb', true],
    ['.', '\n', false],
    ['a$', 'a\n', false],
    ['^b', 'a\nb', false],
    ['\\s', '\v', true],
    ['\\s', '\x1c', false],
  ])('%j on %j', (pattern, subject, answer) => {
    expect(ask(pattern, subject)).toBe(answer)
  })
})

describe('a construct that engines read differently is left to the server', () => {
  it.each([
    ['(?i)pro'],
    ['(?=a)'],
    ['(?!a)'],
    ['(?<=a)b'],
    ['(?<n>a)'],
    ['(?P<n>a)'],
    ['(?#c)a'],
    ['(?'],
    ['\\bpro\\b'],
    ['\\Bx'],
    ['\\u0041'],
    ['\\p{L}'],
    ['(a)\\1'],
    ['\\k<n>'],
    ['\\0'],
    ['\\A'],
    ['\\z'],
    ['\\c'],
    ['\\<'],
    ['\\>'],
    ['[\\<]'],
    ['\\\n'],
    ['\\xZZ'],
    ['\\x4'],
    ['ñ'],
    ['\\é'],
    ['[a-é]'],
    ['[]'],
    ['[^]'],
    ['[]a]'],
    ['[[:alpha:]]'],
    ['[a[b]'],
    ['[a&&b]'],
    ['[a--b]'],
    ['[a~~b]'],
    ['[+--]'],
    ['[\\1]'],
    ['a++'],
    ['a*+'],
    ['a?+'],
    ['a+?{2}'],
    ['a{2}+'],
    ['a{2}{3}'],
    ['}+'],
    ['a}{2}'],
    ['^*'],
    ['$?'],
    ['(?:)*'],
    ['()+'],
    ['(())?'],
    ['(a|())*'],
    ['(?:())+'],
    ['{2}'],
    ['|{2}'],
    ['({3})'],
    ['a{'],
    ['a{x}'],
    ['a{,3}'],
    ['a{2'],
    ['a{ 2}'],
    ['a{4294967296}'],
    ['a{4294967296,}'],
    ['a{1,4294967296}'],
    ['a{4294967296,1}'],
  ])('%j', (pattern) => {
    expect(ask(pattern)).toBe('undecidable')
  })
})

describe('a class that JavaScript reads in its own way is left to the server', () => {
  it.each([['[\\s-9]'], ['[\\d-x]'], ['[a-\\d]'], ['[\\_]'], ['[\\B]'], ['a[b][\\@]']])('%j', (pattern) => {
    expect(ask(pattern)).toBe('undecidable')
  })
})

describe('a pattern that does not compile matches nothing', () => {
  it.each([
    ['('],
    [')'],
    ['a)'],
    ['(?:'],
    ['[a'],
    ['[^\\]'],
    ['*a'],
    ['a|*'],
    ['a|+'],
    ['?'],
    ['**'],
    ['a**'],
    ['a{2}*'],
    ['a{3,2}'],
    ['[z-a]'],
    ['\\'],
    ['a\\'],
    ['[a\\'],
  ])('%j', (pattern) => {
    expect(ask(pattern)).toBe('invalid')
  })
})

describe('the first rule that applies decides', () => {
  it('a pattern that is neither portable nor compiles is left to the server', () => {
    expect(ask('(\\b')).toBe('undecidable')
  })

  it('a pattern that does not compile matches nothing, whatever its classes', () => {
    expect(ask('([\\s-9]')).toBe('invalid')
  })

  it('a class is judged before the subject', () => {
    expect(ask('[\\s-9]', 'é')).toBe('undecidable')
    expect(ask('(', 'é')).toBe('invalid')
  })
})

describe('a subject', () => {
  it.each([['é'], ['a\u2028'], ['a\rb'], ['\ud800'], ['\x80']])(
    'outside ASCII or with a carriage return is left to the server: %j',
    (subject) => {
      expect(ask('^a', subject)).toBe('undecidable')
      expect(ask('.*a', subject)).toBe('undecidable')
    },
  )

  it('may be anything when the pattern is empty', () => {
    expect(ask('', '')).toBe(true)
    expect(ask('', 'é\r')).toBe(true)
  })

  it('may hold every other control character', () => {
    expect(ask('^[^a]+$', '\x00\x0c\x0e\x7f')).toBe(true)
  })

  it('that would keep everybody waiting is left to the server', () => {
    const subject = 'b'.repeat(3_000_000)
    expect(ask('a*b', subject)).toBe('undecidable')
    expect(ask('^[a-c]{3,5}$', subject)).toBe('undecidable')
    expect(ask('a*b', subject.slice(0, 100_000))).toBe(true)
    expect(ask('^[a-c]{3,5}$', subject.slice(0, 100_000))).toBe(false)
  })
})

describe('a pattern too large to test here is left to the server', () => {
  it.each([
    ['a count', 'a{4294967295}'],
    ['a count without limit', 'a{4294967295,}'],
    ['counts of nothing', '(|){4294967295}'],
    ['counts of what is never there', '(?:a{0}){4294967295}'],
    ['counts in counts', '(((a{0,1000}){0,1000}){0,1000}){0,1000}'],
    ['deep groups', `${'('.repeat(300)}a${')'.repeat(300)}`],
    ['groups that never end', '('.repeat(100_000)],
    ['many characters', 'a'.repeat(100_000)],
  ])('%s', (_, pattern) => {
    expect(ask(pattern, 'a')).toBe('undecidable')
  })

  it('but one just below is not', () => {
    expect(ask('(?:a?){4000}b', 'aab')).toBe(true)
    expect(ask(`${'('.repeat(200)}a${')'.repeat(200)}`, 'a')).toBe(true)
    expect(ask('a'.repeat(9_000), 'a'.repeat(1_000))).toBe(false)
    expect(ask('(?:(?:a*){4294967295}){0}b*c', 'abc')).toBe(true)
  })
})
