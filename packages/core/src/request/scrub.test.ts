import { describe, expect, it } from 'vitest'
import { scrubPath, scrubQuery, scrubValue } from './scrub.ts'

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
  'hello%20world',
]

describe('a path', () => {
  it.each(leaking)('hides the segment %s', (segment) => {
    expect(scrubPath(`/a/${segment}/b`)).toBe('/a/:masked/b')
  })

  it.each(harmless)('keeps the segment %j', (segment) => {
    expect(scrubPath(`/a/${segment}/b`)).toBe(`/a/${segment}/b`)
  })

  it('keeps its slashes', () => {
    expect(scrubPath('/')).toBe('/')
    expect(scrubPath('//a//')).toBe('//a//')
    expect(scrubPath('')).toBe('')
  })

  it('of 16 kB is read in no time', () => {
    const awkward = [
      ...['a', 'f', '1', 'a@', 'eyJ', 'eyJhbGciOi.', 'sk-', 'a1-', 'aB1-', '550e8400-', '%25'],
      ...['a@a.', '@', '.', 'xoxb', 'AKIA'],
    ].map((part) => `${part.repeat(16_000 / part.length)}!`)
    const started = performance.now()

    for (const segment of awkward) scrubPath(`/${segment}`)

    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('a query', () => {
  it('keeps campaign parameters alone', () => {
    expect(scrubQuery(new URLSearchParams('q=1&utm_source=news&token=abc&gclid=x&utm_source=mail'))).toBe(
      '?utm_source=news&gclid=x&utm_source=mail',
    )
  })

  it('without any of them is empty', () => {
    expect(scrubQuery(new URLSearchParams('q=1&utm_id=7'))).toBe('')
    expect(scrubQuery(new URLSearchParams())).toBe('')
  })

  it('hides secrets in campaign parameters, but keeps click ids whole', () => {
    expect(scrubValue('utm_content', 'jane@example.com')).toBe(':masked')
    expect(scrubValue('mc_cid', '5f4dcc3b5aa765d61d8327deb882cf99')).toBe(':masked')
    expect(scrubValue('gclid', 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ')).toBe('q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ')
    expect(scrubValue('_kx', 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ')).toBe('q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ')
    expect(scrubValue('utm_campaign', 'Spring Sale 2024')).toBe('Spring Sale 2024')
  })
})
