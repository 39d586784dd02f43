import { expect, it } from 'vitest'
import { scrubMessageUrls } from './message-urls.ts'

const masked = (path: string) => path.replace('/secret', '/:masked')
const scrubber = {
  path: (path: string) => masked(path).replace('/page', '/(page)'),
  segments: masked,
  query: (text: string) => /^utm_source=\w+/.exec(text)?.[0].replace(/^/, '?') ?? '',
}

it.each([
  ['GET https://api.test/a/secret?token=abc failed', 'GET https://api.test/a/:masked failed'],
  ['see https://api.test/a?utm_source=mail&token=abc.', 'see https://api.test/a?utm_source=mail.'],
  ['refused (https://user:pass@api.test:8443/a#part)', 'refused (https://api.test:8443/a)'],
  ['ECONNREFUSED postgres://app:hunter2@db:5432/shop', 'ECONNREFUSED postgres://db:5432/shop'],
  ['no member of mongodb://app:pw@one:1,two:2/shop?w=1', 'no member of mongodb://one:1,two:2/shop'],
  ['bad URL https://app:p#w@<host>', 'bad URL https://<host>'],
  ['{"url":"https://api.test/a?token=abc","n":1}', '{"url":"https://api.test/a","n":1}'],
  ['Cannot GET /reset/secret?token=abc', 'Cannot GET /reset/:masked'],
  ['https://a.test/page and file:///page', 'https://a.test/(page) and file:///page'],
  ['/page?x=1 and /page', '/(page) and /page'],
  ["Cannot find '/srv/app/page.js'", "Cannot find '/srv/app/page.js'"],
  ['Nothing at /reset/secret for you', 'Nothing at /reset/:masked for you'],
  ['Nothing at /a#token=secret', 'Nothing at /a'],
  ['no route for https%3A%2F%2Fa.test%2Fa%3Ft%3D1', 'no route for https://a.test/a'],
  ['no route for https%253A%252F%252Fa.test%252Fsecret', 'no route for https://a.test/:masked'],
  ['no route for %2Fsecret', 'no route for /:masked'],
  ['no route for %2Fopen', 'no route for %2Fopen'],
  ['cannot load file:///srv/app/b.mjs?v=2', 'cannot load file:///srv/app/b.mjs'],
  ['two http://a.test/?x=1, http://b.test/?x=2', 'two http://a.test/, http://b.test/'],
  ['really? a/b?c no URL: 1/2', 'really? a/b?c no URL: 1/2'],
  ['', ''],
])('records %s as %s', (message, expected) => {
  expect(scrubMessageUrls(message, scrubber)).toBe(expected)
})

it.each([
  ['dots', 'a.'.repeat(25_000)],
  ['slashes', '(/'.repeat(25_000)],
  ['schemes', 'a://'.repeat(12_500)],
  ['encoding', '(%2f%25'.repeat(7000)],
  ['brackets', `http://${')'.repeat(50_000)}x`],
])('takes no noticeable time for 50,000 characters of %s', (_, message) => {
  const started = performance.now()

  scrubMessageUrls(message, scrubber)

  expect(performance.now() - started).toBeLessThan(1000)
})
