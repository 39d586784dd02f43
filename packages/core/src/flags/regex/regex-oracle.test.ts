import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileRegex } from './portable-regex.ts'
import { RegexAutomaton } from './regex-automaton.ts'
import { compileProgram } from './regex-program.ts'
import { scanRegex } from './regex-scanner.ts'
import { parseRegex } from './regex-syntax.ts'

const SEED = 4_120_871

const atom = fc.constantFrom(
  ...['a', 'b', 'c', '0', '-', ' ', ']', '.', '\\d', '\\D', '\\w', '\\W', '\\s', '\\S', '\\n', '\\.'],
  ...['\\x61', '\\-', '[ab]', '[^a]', '[a-c]', '[^\\w]', '[\\s\\d-]', '[^-b]', '[\\b\\x30-9]', '[+.$^]'],
)

const quantifier = fc
  .tuple(
    fc.constantFrom('*', '+', '?', '{0}', '{2}', '{0,1}', '{1,3}', '{0,}', '{2,}'),
    fc.constantFrom('', '', '?'),
  )
  .map(([counts, reluctance]) => counts + reluctance)

/** A group that ends in an empty one may not be repeated. */
function mayBeRepeated(part: string): boolean {
  return !/\((?:\?:)?\)+$/.test(part)
}

const { choice: portablePattern } = fc.letrec<{
  choice: string
  sequence: string
  item: string
  group: string
  repetition: string
}>((tie) => ({
  choice: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((branches) => branches.join('|')),
  sequence: fc.array(tie('item'), { maxLength: 4 }).map((items) => items.join('')),
  item: fc.oneof(
    { maxDepth: 3 },
    { arbitrary: atom, weight: 6 },
    { arbitrary: fc.constantFrom('^', '$', '}'), weight: 1 },
    { arbitrary: tie('repetition'), weight: 4 },
    { arbitrary: tie('group'), weight: 2 },
  ),
  group: fc
    .tuple(fc.constantFrom('(', '(?:'), tie('choice'))
    .map(([opening, inner]) => `${opening}${inner})`),
  repetition: fc
    .tuple(fc.oneof(atom, tie('group').filter(mayBeRepeated)), quantifier)
    .map(([part, counts]) => part + counts),
}))

const subject = fc.string({
  unit: fc.constantFrom('a', 'a', 'b', 'b', 'c', '0', ' ', '-', '_', '.', '\n', '}', 'A', '\b'),
  maxLength: 7,
})
const subjects = fc.array(subject, { minLength: 4, maxLength: 4 })

const notPortable = fc.constantFrom(
  ...[
    '\\b',
    '\\B',
    '(?=a)',
    '(?!a)',
    '(?<=a)',
    '(?<n>a)',
    '(?i)',
    '(?i:a)',
    '\\1',
    '\\u0061',
    '\\p{L}',
    '\\0',
  ],
  ...[
    '\\cA',
    '\\A',
    '\\<',
    '\\x6-',
    'é',
    '[]',
    '[^]',
    '[[a]]',
    '[a&&b]',
    '[a--b]',
    '[~~]',
    '[é]',
    '[\\u0061]',
  ],
  ...['a++', 'a?{2}', 'a{,2}', 'a{x}', '}+', '^*', '${2}', '()?', '(?:())*'],
)

function automatonOf(pattern: string): RegexAutomaton {
  const tokens = scanRegex(pattern)
  const program = tokens && compileProgram(parseRegex(tokens))
  if (!program) throw new Error(`${pattern} has no automaton.`)
  return new RegexAutomaton(program)
}

function answerOfV8(pattern: string, text: string): boolean | 'invalid' {
  try {
    return new RegExp(pattern).test(text)
  } catch {
    return 'invalid'
  }
}

describe('V8 gives the same answer', () => {
  it('as whichever engine a pattern is given to', () => {
    const agrees = fc.property(portablePattern, subjects, (pattern, texts) => {
      const regex = compileRegex(pattern)
      if (regex.kind !== 'matcher') throw new Error(`${pattern} is ${regex.kind}.`)
      for (const text of texts) {
        expect({ text, answer: regex.test(text) }).toEqual({ text, answer: new RegExp(pattern).test(text) })
      }
    })
    fc.assert(agrees, { seed: SEED, numRuns: 5_000 })
  })

  it('as the automaton, for every pattern', () => {
    const agrees = fc.property(portablePattern, subjects, (pattern, texts) => {
      const automaton = automatonOf(pattern)
      for (const text of texts) {
        expect({ text, answer: automaton.test(text) }).toEqual({
          text,
          answer: new RegExp(pattern).test(text),
        })
      }
    })
    fc.assert(agrees, { seed: SEED, numRuns: 5_000 })
  })

  it('when a pattern has more situations than the automaton remembers', () => {
    const pattern = '^(?:[ab][ab])*a[ab]{20}(?:b?$|cc)'
    const automaton = automatonOf(pattern)
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'a', 'b', 'ab'), minLength: 40, maxLength: 300 })
    let matches = 0
    const agrees = fc.property(text, (text) => {
      const answer = new RegExp(pattern).test(text)
      matches += Number(answer)
      expect(automaton.test(text)).toBe(answer)
      expect(automaton.test(`${text}cc`)).toBe(new RegExp(pattern).test(`${text}cc`))
    })
    fc.assert(agrees, { seed: SEED, numRuns: 300 })
    expect(matches).toBeGreaterThan(20)
    expect(matches).toBeLessThan(280)
  })
})

describe('any text as a pattern', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.string({ unit: fc.constantFrom(...'ab(?:)[^]-|*+{2,}$.\\dxbB&~= \n'.split('')), maxLength: 20 }),
  )

  it('gets the answer of V8 unless it is left to the server', () => {
    const isSafe = fc.property(anyText, subject, (pattern, text) => {
      const regex = compileRegex(pattern)
      const answer = regex.kind === 'matcher' ? regex.test(text) : regex.kind
      expect(answer).toBe(answer === 'undecidable' ? answer : answerOfV8(pattern, text))
    })
    fc.assert(isSafe, { seed: SEED, numRuns: 20_000 })
  })

  it('is left to the server when any part of it is not portable', () => {
    const isUndecidable = fc.property(
      portablePattern,
      notPortable,
      portablePattern,
      (before, part, after) => {
        expect(compileRegex(`${before}${part}${after}`)).toEqual({ kind: 'undecidable' })
        expect(compileRegex(`(${before}|${part})${after}`)).toEqual({ kind: 'undecidable' })
      },
    )
    fc.assert(isUndecidable, { seed: SEED, numRuns: 3_000 })
  })
})
