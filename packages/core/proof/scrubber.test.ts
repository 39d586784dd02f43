import { seededRandom } from 'testkit'
import { expect, it } from 'vitest'
import { scrubMessageUrls } from '../src/exceptions/message-urls.ts'
import { resolveUrlOptions, type UrlMode } from '../src/request/url-options.ts'
import { UrlScrubber } from '../src/request/url-scrubber.ts'

const short = process.env['HEDGEROW_PROOF'] === 'short'
const inputs = short ? 5000 : 100_000
const seed = Number(process.env['HEDGEROW_SEED'] ?? 20_240_615)

/** What URLs are made of, and what breaks those who read them. */
const pieces = [
  ...[
    '/',
    '//',
    '?',
    '&',
    '=',
    ';',
    '#',
    ':',
    '@',
    '.',
    ',',
    '+',
    ' ',
    '%',
    '%25',
    '%2F',
    '%3A',
    '%3F',
    '%23',
    '%40',
  ],
  ...[
    '%zz',
    '%C3',
    '%C3%A9',
    '\u{d800}',
    '\u{1f994}',
    'é',
    '\0',
    '"',
    '<',
    '\\',
    '[',
    '](',
    '-',
    '--',
    '_',
    '~',
    '$',
  ],
  ...[
    'http://',
    'https%3A%2F%2F',
    'HTTP:',
    'file:///',
    'javascript:',
    'next=',
    'utm_source=',
    'gclid=',
    'token=',
  ],
  ...[
    'jsessionid=',
    'eyJhbGciOiJIUzI1NiJ9',
    'eyJ',
    'sk_live_',
    'sk-',
    'xoxb-',
    'glpat-',
    'AKIA',
    'ghp_',
    'phx_',
  ],
  ...[
    'a@b.example',
    'jane',
    'red-shoes',
    '0123456789abcdef',
    'q83vEjRWeJCrze8S',
    '550e8400-e29b-41d4-a716-446655440000',
  ],
  ...[
    '2024-06-15',
    '1',
    'aB3',
    'A',
    'x'.repeat(40),
    'MappingJackson2',
    'index.html',
    'constructor',
    '__proto__',
  ],
]

const rules = { parameters: ['next'], secrets: [/jane/gy, (text: string) => text.includes('red')] }
const scrubbers = (['template', 'scrubbed', 'raw'] as const).map(
  (mode: UrlMode) => new UrlScrubber(resolveUrlOptions({ mode, ...rules }, []), () => {}),
)
const readers: readonly ((scrubber: UrlScrubber, text: string) => string)[] = [
  (scrubber, text) => scrubber.pathname(text, text),
  (scrubber, text) => scrubber.segments(text),
  (scrubber, text) => scrubber.route(text),
  (scrubber, text) => scrubber.query(text),
  (scrubber, text) => scrubber.query(`next=${text}`),
  (scrubber, text) => scrubber.value('utm_term', text),
  (scrubber, text) => scrubMessageUrls(text, scrubber),
]

it(`reads ${inputs} texts of any kind without harm, and nothing twice`, () => {
  console.log(`scrubber: seed ${seed}; another one by HEDGEROW_SEED`)
  const random = seededRandom(seed)
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T
  let masked = 0
  const problems: string[] = []
  for (let n = 0; n < inputs; n++) {
    const text = Array.from({ length: 1 + Math.floor(random() * 12) }, () => pick(pieces)).join('')
    const [scrubber, read] = [pick(scrubbers), pick(readers)]
    const recorded = read(scrubber, text)
    if (typeof recorded !== 'string') problems.push(text)
    if (recorded.includes('masked')) masked++
    // What has been masked holds nothing more to mask.
    const path = scrubber.segments(text)
    if (!text.includes('%') && scrubber.segments(path) !== path) problems.push(text)
  }

  expect(problems).toEqual([])
  // Otherwise nothing would be proven.
  expect(masked).toBeGreaterThan(inputs / 10)
})

it('takes at most three times as long for twice the text', () => {
  const awkward = ['a@', 'aB1-', 'a.', 'a1a', '_sk-a', 'sk-1', '%25%25', 'a=1;', '/a@', '(/', 'a://', 'eyJ_']
  const slow = [...pieces, ...awkward].flatMap((piece) =>
    readers.flatMap((read, at) => {
      const growth = () => {
        const timeOf = (length: number) =>
          fastest(() => readAll(read, `${piece.repeat(length / piece.length)}!`))
        const short = timeOf(2000)
        return timeOf(16_000) / Math.max(short, 0.05)
      }
      // As long as HTTP lets it be: eight times the text is three doublings. A busy machine may spoil a measurement, but not five of them.
      const isSlow = () => growth() > 27
      return [1, 2, 3, 4, 5].every(isSlow) ? [`${piece.slice(0, 20)} in reader ${at}`] : []
    }),
  )

  expect(slow).toEqual([])
})

function readAll(read: (scrubber: UrlScrubber, text: string) => string, text: string): void {
  for (const scrubber of scrubbers) read(scrubber, text)
}

function fastest(run: () => void): number {
  const times = [1, 2, 3, 4].map(() => {
    const started = performance.now()
    run()
    return performance.now() - started
  })
  return Math.min(...times)
}

it('costs a request less than 50 µs at the median', () => {
  const scrubber = scrubbers[1]
  const plain = new UrlScrubber(resolveUrlOptions({}, []), () => {})
  const requests = [
    ['/', ''],
    ['/products/red-shoes', 'utm_source=news&utm_medium=e-mail'],
    ['/orders/550e8400-e29b-41d4-a716-446655440000/items/17', 'page=2'],
    ['/blog/2024/06/15/how-hedgehogs-sleep-in-winter', ''],
    ['/reset/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'next=%2Faccount'],
    ['/wiki/%E3%83%8F%E3%83%AA%E3%83%8D%E3%82%BA%E3%83%9F', 'gclid=Cj0KCQjwABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  ] as const
  const medianOf = (scrubber: UrlScrubber | undefined) => {
    const times: number[] = []
    for (let n = 0; n < 6000; n++) {
      const [path, query] = requests[n % requests.length] ?? ['', '']
      const started = performance.now()
      scrubber?.pathname(path, undefined)
      scrubber?.query(query)
      times.push((performance.now() - started) * 1000)
    }
    return times.slice(1000).toSorted((a, b) => a - b)[2500] ?? Infinity
  }

  const [byDefault, withRules, idle] = [medianOf(plain), medianOf(scrubber), medianOf(undefined)]
  console.log(
    `scrubber: ${byDefault.toFixed(2)} µs a request, ${withRules.toFixed(2)} with rules of the application, ${idle.toFixed(2)} of them the clock`,
  )

  expect(byDefault).toBeLessThan(50)
  expect(withRules).toBeLessThan(50)
})
