import { seededRandom } from 'testkit'
import { expect, it } from 'vitest'
import { consentCookieName, readConsentCookie } from '../src/request/consent-cookie.ts'
import { cookieValues } from '../src/request/cookies.ts'

const short = process.env['HEDGEROW_PROOF'] === 'short'
const inputs = short ? 5000 : 100_000
const seed = Number(process.env['HEDGEROW_SEED'] ?? 20_240_615)
const name = consentCookieName('phc_proof')

/** What cookies are made of, and what breaks those who read them. */
const pieces = [
  ...[
    name,
    `${name}=`,
    `; ${name}=`,
    `; ${name}=1; `,
    `; ${name}=no;`,
    '=',
    ';',
    '; ',
    ',',
    '"',
    '%22',
    '%2522',
    '%',
    '%zz',
    '%C3',
    ' ',
    '\t',
  ],
  ...[
    '0',
    '1',
    'true',
    'TRUE',
    'yes',
    'no',
    'false',
    '%31',
    '%2531',
    '%30',
    'null',
    '{}',
    '[1]',
    '__proto__',
  ],
  ...['\u{d800}', '\u{1f994}', 'é', '\0', 'x'.repeat(200), '%25'.repeat(40)],
]

it(`reads the consent of ${inputs} cookies of any kind without harm`, () => {
  console.log(`consent: seed ${seed}; another one by HEDGEROW_SEED`)
  const random = seededRandom(seed)
  const pick = () => pieces[Math.floor(random() * pieces.length)] as string
  const found = new Map<string | undefined, number>()
  for (let n = 0; n < inputs; n++) {
    const cookie = Array.from({ length: 1 + Math.floor(random() * 12) }, pick).join('')
    const consent = readConsentCookie(cookieValues(cookie, name))
    found.set(consent, (found.get(consent) ?? 0) + 1)
  }

  expect(new Set(found.keys())).toEqual(new Set(['denied', 'granted', undefined]))
  // Otherwise nothing would be proven.
  for (const times of found.values()) expect(times).toBeGreaterThan(inputs / 100)
})

it('takes at most three times as long for twice the cookies', () => {
  const slow = [...pieces, `${name}=%25;`, `${name}=";`].filter((piece) => {
    const growth = () => timeOf(piece, 32_768) / timeOf(piece, 16_384)
    // A busy machine is slow at times; a slow reader is slow each time.
    return Array.from({ length: 5 }, growth).every((times) => times > 3)
  })

  expect(slow).toEqual([])
})

/** Milliseconds of the fastest of five readings. */
function timeOf(piece: string, length: number): number {
  const cookie = `${name}=1; ${piece.repeat(length / piece.length)}`
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now()
    for (let again = 0; again < 5; again++) readConsentCookie(cookieValues(cookie, name))
    return performance.now() - start
  })
  return Math.min(...times)
}
