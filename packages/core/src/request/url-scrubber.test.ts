import { describe, expect, it } from 'vitest'
import { type UrlOptions, resolveUrlOptions } from './url-options.ts'
import { UrlScrubber } from './url-scrubber.ts'

function scrubberFor(urls: UrlOptions = {}) {
  const problems: string[] = []
  const options = resolveUrlOptions({ ...urls }, [])
  return { problems, scrubber: new UrlScrubber(options, (problem) => problems.push(problem)) }
}

const { scrubber } = scrubberFor()

const jwt =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'

const leaking = [
  jwt,
  'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.',
  'eyJhbGciOiJSU0EtT0FFUCJ9.a1b2c3d4.48V1_ALb6US04U3b.5eym8TW_c8SuK0lt.XFBoMYUZodetZdvT',
  `token=${jwt}`,
  `Bearer%20${jwt}`,
  'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
  'sk_test_1234',
  'pk_live_51H8',
  'rk_live_51H8xyz',
  'sk-proj-abc123def456ghi789',
  'sk-ant-api03-Xy7a9KdLw2',
  'key:sk_live_4eC39HqLyjWDarjtT1zdp7dc',
  'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  'gho_16C7e42F292c6912',
  'ghs_16C7e42F292c6912',
  'ghr_16C7e42F292c6912',
  'github_pat_11ABCDEFG0',
  'glpat-xxxxxxxxxxxxxxxxxxxx',
  'xoxb-17653672481-19874698323',
  'xoxp-1-2-3',
  'AKIAIOSFODNN7EXAMPLE',
  'ASIAIOSFODNN7EXAMPLE',
  'phx_abcdefghijkl',
  'phs_abcdefghijkl',
  'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  'AIzaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe',
  'jane@example.com',
  'jane.doe+shop@mail.example.co.uk',
  'jane%40example.com',
  'jane%2540example.com',
  'mailto:jane@example.com',
  'reset-jane@example.com-now',
  'jürgen@müller.de',
  'jane@xn--mller-kva.xn--p1ai',
  '5f4dcc3b5aa765d61d8327deb882cf99',
  '5F4DCC3B5AA765D61D8327DEB882CF99',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'reset-5f4dcc3b5aa765d61d8327deb882cf99',
  '550e8400e29b41d4a716446655440000',
  'dGhpcyBpcyBhIHNlY3JldCB0b2tlbjEy',
  'dGhpcyBpcyBh-HNlY3JldCB0b2tl_jEy',
  'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA',
  'YWJj%2BZGVmZ2hpamtsbW5v%2FcHFyc3R1dnd4eXo0%3D',
  'YWJj+ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXo0==',
  `token_${jwt}`,
  'jane%252540example.com',
  '100%-jane%40example.com',
  'jane%40m%FCller.example',
  'reset%3Ftoken%3Dabc',
  'done%23access_token%3Dabc',
  'https%3A%2F%2Fjo%3Apw%40localhost%2F',
  'token=abc',
  'sid=abc',
  'files%3Bjsessionid%3Dabc',
  'sq0atp-abcdefghijklmnopqrstuv',
]

const harmless = [
  '',
  '7',
  '1234567890',
  '12345678901234567890123456789012345',
  '-1',
  '3.14',
  '2024',
  '2024-06-15',
  '2024-06-15T12:30:45.123Z',
  '2024-W24',
  '550e8400-e29b-41d4-a716-446655440000',
  '550E8400-E29B-41D4-A716-446655440000',
  'order-550e8400-e29b-41d4-a716-446655440000',
  'Order-550E8400-e29b-41d4-a716-446655440000',
  '507f1f77bcf86cd799439011',
  '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  'dQw4w9WgXcQ',
  'V1StGXR8_Z5jdHi6B-myT',
  'cjld2cjxh0000qzrmn831i7rn',
  'about',
  'about-us',
  'new-arrivals',
  'how-hedgehogs-sleep-in-winter-and-why-that-matters',
  'How-To-Install-Windows-11-On-An-Old-Mac',
  'List_of_countries_by_GDP_2024_nominal_USD',
  'Apple-iPhone-15-Pro-Max-256GB-Natural-Titanium',
  'The_Lord_of_the_Rings_The_Two_Towers_2002',
  'TypeScript-vs-JavaScript-in-2024-What-Changed',
  'Sony-WH-1000XM5-Wireless-Noise-Cancelling',
  'pneumonoultramicroscopicsilicovolcanoconiosis',
  'UPPER-CASE-SLUG-WITHOUT-ANY-NUMBERS-IN-IT',
  'sk-SK',
  'sk-bratislava',
  'sk-slovakia-travel-guide-2024',
  'pk-racing-team',
  'sk',
  'skateboards',
  'sketch-of-a-hedgehog',
  'task_list',
  'risk-report',
  'eyes',
  'eyewear.min.html',
  'eye-care.v2.products',
  'ghost_stories',
  'akia',
  'v2',
  'api',
  'en-GB',
  'index.html',
  'report.2024.pdf',
  'react@18.2.0',
  '@angular',
  '@jane',
  'jane@home',
  'user:jane',
  'C%2B%2B',
  'caf%C3%A9',
  '%E6%97%A5%E6%9C%AC%E8%AA%9E%E3%81%AE%E3%83%9A%E3%83%BC%E3%82%B8%E3%81%A7%E3%81%99',
  'Straße-des-17-Juni',
  '100%25-cotton',
  '%zz',
  'deadbeef',
  'facade',
  'a1b2c3d4',
  '48.2082,16.3738',
  'red;size=xl',
  'red;size=xl;fit=slim',
  'hello%20world',
  'sk_SK',
  'xoxo-gossip',
  'logo@2x.png',
  'posthog-js@1.57.2.min.js',
  'monkeyJumpingJungle.html',
  'MappingJackson2HttpMessageConverter.html',
  'broken=yes',
  'inside=1',
  'What%3F',
  'AT%26T',
]

describe('a path', () => {
  it.each(leaking)('hides the segment %s', (segment) => {
    expect(scrubber.segments(`/a/${segment}/b`)).toBe('/a/:masked/b')
  })

  it.each(harmless)('keeps the segment %j', (segment) => {
    expect(scrubber.segments(`/a/${segment}/b`)).toBe(`/a/${segment}/b`)
  })

  it('keeps its slashes', () => {
    expect(scrubber.segments('/')).toBe('/')
    expect(scrubber.segments('//a//')).toBe('//a//')
    expect(scrubber.segments('')).toBe('')
  })

  it('of 16 kB is read in no time', () => {
    const awkward = [
      ...['a', 'f', '1', 'a@', 'eyJ', 'eyJhbGciOi.', 'sk-', 'a1-', 'aB1-', '550e8400-', '%25'],
      ...['a@a.', '@', '.', 'xoxb', 'AKIA'],
    ].map((part) => `${part.repeat(16_000 / part.length)}!`)
    const started = performance.now()

    for (const segment of awkward) scrubber.segments(`/${segment}`)

    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('a query', () => {
  it('keeps campaign parameters alone', () => {
    expect(scrubber.query('q=1&utm_source=news&token=abc&gclid=x&utm_source=mail')).toBe(
      '?utm_source=news&gclid=x&utm_source=mail',
    )
  })

  it('without any of them is empty', () => {
    expect(scrubber.query('q=1&utm_id=7')).toBe('')
    expect(scrubber.query('')).toBe('')
  })

  it('hides secrets in campaign parameters, but keeps click ids whole', () => {
    expect(scrubber.value('utm_content', 'jane@example.com')).toBe(':masked')
    expect(scrubber.value('mc_cid', '5f4dcc3b5aa765d61d8327deb882cf99')).toBe(':masked')
    expect(scrubber.value('gclid', 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ')).toBe(
      'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ',
    )
    expect(scrubber.value('_kx', 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ')).toBe('q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ')
    expect(scrubber.value('utm_campaign', 'Spring Sale 2024')).toBe('Spring Sale 2024')
  })
})

describe('a segment with parameters of its own', () => {
  it.each([
    ['cart;jsessionid=1A2B', 'cart;jsessionid=:masked'],
    ['cart;JSESSIONID=1A2B.node1;size=xl', 'cart;JSESSIONID=:masked;size=xl'],
    ['jane@example.com;size=xl', ':masked;size=xl'],
    ['cart;jane@example.com=1', 'cart;:masked'],
    ['cart;to=jane%40example.com', 'cart;to=:masked'],
    ['a;b;;c', 'a;b;;c'],
  ])('%s is recorded as %s', (segment, expected) => {
    expect(scrubber.segments(`/${segment}/x`)).toBe(`/${expected}/x`)
  })
})

describe('a parameter that the application keeps', () => {
  const kept = scrubberFor({ parameters: ['next', 'page'] }).scrubber

  it.each([
    ['page=2&q=1&Page=3', '?page=2'],
    ['page=hello%20world&page=a+b', '?page=hello%20world&page=a+b'],
    ['page=jane%40example.com', '?page=%3Amasked'],
    ['page', '?page'],
    ['next=/products/red-shoes', '?next=/products/red-shoes'],
    ['next=%2Fproducts%2Fred-shoes', '?next=%2Fproducts%2Fred-shoes'],
    ['next=%2Freset%2Fjane%40example.com', '?next=%2Freset%2F%3Amasked'],
    ['next=%2Fa%3Ftoken%3Dabc%26page%3D2', '?next=%2Fa%3Fpage%3D2'],
    ['next=%2Fa%23access_token%3Dabc', '?next=%2Fa'],
    ['next=https%3A%2F%2Fjo%3Apw%40a.example%2Fx%3Ft%3D1', '?next=https%3A%2F%2Fa.example%2Fx'],
    ['next=https%253A%252F%252Fa.example%252F%253Ft%253Dabc', '?next=https%3A%2F%2Fa.example%2F'],
    ['next=//a.example/x?t=abc', '?next=%2F%2Fa.example%2Fx'],
    [
      'next=%2Fa%3Fnext%3D%252Fb%253Ftoken%253Dabc%2526page%253D2',
      '?next=%2Fa%3Fnext%3D%252Fb%253Fpage%253D2',
    ],
    ['next=%2Fa%3Fpage%3D%25ED%25A0%2580%40example.com', '?next=%2Fa%3Fpage%3D%253Amasked'],
  ])('?%s is recorded as %s', (query, expected) => {
    expect(kept.query(query)).toBe(expected)
  })
})

describe('the application’s own rules', () => {
  it('are asked of decoded segments and kept values, and of no click id', () => {
    const asked: string[] = []
    const rule = (text: string) => asked.push(text) > 0 && text === 'voucher 7'
    const own = scrubberFor({ secrets: [rule] }).scrubber

    expect(own.segments('/a/voucher%207')).toBe('/a/:masked')
    expect(own.query('utm_term=voucher+7&gclid=voucher+7')).toBe('?utm_term=%3Amasked&gclid=voucher+7')
    expect(asked).toEqual(['a', 'voucher 7', 'voucher 7'])
  })

  it.each(['g', 'y', 'gy'])('may be patterns with the flags %s, which then remember nothing', (flags) => {
    const pattern = new RegExp('inv_\\d+', flags)
    pattern.lastIndex = 3
    const own = scrubberFor({ secrets: [pattern] }).scrubber

    const seen = [1, 2, 3].map((n) => own.segments(`/inv_${n}`))

    expect(seen).toEqual(['/:masked', '/:masked', '/:masked'])
    expect(pattern.lastIndex).toBe(3)
  })

  it('can mask UUIDs', () => {
    const own = scrubberFor({ secrets: [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i] }).scrubber

    expect(own.segments('/orders/550e8400-e29b-41d4-a716-446655440000/edit')).toBe('/orders/:masked/edit')
  })

  it('that fail, or answer anything but true and false, mask what they were asked about', async () => {
    const throws = () => {
      throw new Error('from the rule')
    }
    const failing = scrubberFor({ secrets: [throws] })
    const vague = scrubberFor({ secrets: [(() => Promise.reject(new Error('late'))) as never] })

    expect(failing.scrubber.segments('/a/b')).toBe('/:masked/:masked')
    expect(vague.scrubber.segments('/a')).toBe('/:masked')
    expect(failing.problems).toEqual(['threw', 'threw'])
    expect(vague.problems).toEqual(['answered neither true nor false'])
  })
})

describe('a mode', () => {
  const url = '/shops/jane@example.com'

  it('template knows a page by its route alone, and no query', () => {
    const { scrubber } = scrubberFor({ mode: 'template' })

    expect(scrubber.pathname(url, '/shops/:shop')).toBe('/shops/:shop')
    expect(scrubber.pathname(url, undefined)).toBe('(unmatched)')
    expect([scrubber.path(url), scrubber.path('/')]).toEqual(['/(unmatched)', '/'])
    expect(scrubber.query('utm_source=mail')).toBe('')
    expect(scrubber.route('/u/jane@example.com/:id')).toBe('/u/:masked/:id')
  })

  it('raw leaves path and query as they are', () => {
    const { scrubber } = scrubberFor({ mode: 'raw' })

    expect(scrubber.pathname(url, '/shops/:shop')).toBe(url)
    expect(scrubber.query('token=abc&utm_term=a@b.example')).toBe('?token=abc&utm_term=a@b.example')
    expect(scrubber.value('utm_term', 'a@b.example')).toBe('a@b.example')
  })
})
