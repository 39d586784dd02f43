import { readFile } from 'node:fs/promises'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifyAgent } from '../../src/bots.ts'
import { furtherBotTokens, probeTokens } from '../../src/bot-tokens.ts'

/** A user agent as its source documents it. `bot` is missing for those that are known to slip through. */
interface Row {
  readonly agent: string
  readonly kind: 'human' | 'bot' | 'probe' | 'unknown'
  readonly bot?: string
  readonly source: string
}

const rows = JSON.parse(await readFile(new URL('agents.json', import.meta.url), 'utf8')) as Row[]
const isAutomated = (kind: string) => kind === 'bot' || kind === 'probe'

describe('the corpus of user agents', () => {
  it('has more than 150 of them, all different, each with its source', () => {
    expect(rows.length).toBeGreaterThan(150)
    expect(new Set(rows.map(({ agent }) => agent)).size).toBe(rows.length)
    expect(rows.filter(({ source }) => !/^.+: .+/.test(source))).toEqual([])
  })

  it.each(rows.filter(({ kind, bot }) => kind !== 'bot' || bot))('has $agent as $kind', (row) => {
    const { kind, bot } = { bot: undefined, ...classifyAgent(row.agent, []) }

    expect([kind, bot]).toEqual([row.kind, row.bot])
  })

  it('is told apart with a precision of 1 and a recall of at least 0.95', () => {
    const found = rows.filter(({ agent }) => isAutomated(classifyAgent(agent, []).kind))
    const right = found.filter(({ kind }) => isAutomated(kind))
    const automated = rows.filter(({ kind }) => isAutomated(kind))

    expect(right.length / found.length).toBe(1)
    expect(right.length / automated.length).toBeGreaterThanOrEqual(0.95)
  })

  it('has an agent for each token of ours', () => {
    const tokens = [...Object.values(furtherBotTokens).flat(), ...probeTokens]

    expect(tokens.filter((token) => !rows.some(({ agent }) => agent.toLowerCase().includes(token)))).toEqual(
      [],
    )
  })
})

describe('any user agent', () => {
  const pieces = fc.constantFrom(
    'bot',
    'google',
    'goog',
    'le',
    'htt',
    'p',
    ':/',
    '/',
    '(',
    ';',
    'A'.repeat(40),
    ' ',
    'slurp',
    'yahoo! ',
  )

  it('has exactly one kind, whatever it consists of', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 400 }),
          fc.array(pieces).map((all) => all.join('')),
        ),
        (agent) => {
          expect(['human', 'bot', 'probe', 'unknown']).toContain(classifyAgent(agent, ['']).kind)
        },
      ),
    )
  })

  it('is a bot whatever stands around its token, in any case', () => {
    const around = fc.string({ unit: 'grapheme-ascii', maxLength: 200 })
    const token = fc.constantFrom('googlebot', 'screaming frog', 'http://yandex.com/bots', '(bot;', 'bot.htm')
    fc.assert(
      fc.property(around, token, around, fc.boolean(), (before, token, after, loud) => {
        expect(classifyAgent(`${before}${loud ? token.toUpperCase() : token}${after}`, []).kind).toMatch(
          /^(?:bot|probe)$/,
        )
      }),
    )
  })

  // Node takes headers of up to 16 KB; what backtracks takes seconds for some of these.
  it('is told apart in less than a millisecond, whoever made it', () => {
    const beginnings = [
      'googlebo',
      'meta-externalagen',
      'yahoo! slur',
      'http:/',
      'bot',
      '(',
      '+',
      'crawle',
      ' ',
    ]
    const agents = beginnings.flatMap((text) => [
      text.repeat(16_384 / text.length),
      text + ' '.repeat(16_000),
    ])
    const rounds = 100

    const start = performance.now()
    for (let round = 0; round < rounds; round++) {
      for (const agent of agents) classifyAgent(agent, ['acmemonitor'])
    }

    expect((performance.now() - start) / (rounds * agents.length)).toBeLessThan(1)
  })
})
