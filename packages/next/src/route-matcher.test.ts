import { describe, expect, it } from 'vitest'
import { createRouteMatcher } from './route-matcher.ts'

describe('the route of a path', () => {
  const routeOf = createRouteMatcher({
    pages: [
      '/',
      '/about',
      '/shop/[id]',
      '/shop/new',
      '/shop/[id]/reviews/[review]',
      '/shop/new/print',
      '/docs/[[...slug]]',
      '/docs/changes',
      '/files/[...path]',
      '/[lang]/help',
      '/überblick',
      '/(shop)/cart',
      '/(shop)/(checkout)/pay/[step]',
      '/feed/@modal/photo/[id]',
      '/@team/members',
      '/feed/(.)photo/[id]',
      '/feed/(..)(..)album',
      '/feed/(...)login',
      '/login',
    ],
  })

  it.each([
    ['/', '/'],
    ['', '/'],
    ['/about', '/about'],
    ['/about/', '/about'],
    ['/about/us', undefined],
    ['/About', undefined],
    ['/shop', undefined],
    ['/shop/7', '/shop/[id]'],
    ['/shop/a%20b', '/shop/[id]'],
    ['/shop/new', '/shop/new'],
    ['/shop/7/reviews/1', '/shop/[id]/reviews/[review]'],
    ['/shop/new/reviews/1', '/shop/[id]/reviews/[review]'],
    ['/shop/new/print', '/shop/new/print'],
    ['/shop/7/reviews', undefined],
    ['/docs', '/docs/[[...slug]]'],
    ['/docs/a/b', '/docs/[[...slug]]'],
    ['/docs/changes', '/docs/changes'],
    ['/docs/changes/1', '/docs/[[...slug]]'],
    ['/files', undefined],
    ['/files/a/b', '/files/[...path]'],
    ['/de/help', '/[lang]/help'],
    ['/%C3%BCberblick', '/überblick'],
    ['/cart', '/cart'],
    ['/pay/2', '/pay/[step]'],
    ['/feed/photo/2', '/feed/photo/[id]'],
    ['/members', '/members'],
    ['/feed/(.)photo/2', undefined],
    ['/login', '/login'],
    ['/feed/album', undefined],
    ['/shop/%E0%A4%A', undefined],
    ['/toString', undefined],
    ['/robots.txt', undefined],
  ])('%s is %s', (pathname, route) => {
    expect(routeOf(pathname)).toBe(route)
  })
})

describe('below a base path and locales', () => {
  const routeOf = createRouteMatcher({
    pages: ['/', '/about', '/[slug]'],
    basePath: '/web',
    locales: ['en', 'pt-BR'],
  })

  it.each([
    ['/web', '/'],
    ['/web/', '/'],
    ['/web/about', '/about'],
    ['/about', '/about'],
    ['/website', '/[slug]'],
    ['/web/en', '/'],
    ['/web/pt-br/about', '/about'],
    ['/web/en/about/', '/about'],
    ['/web/de', '/[slug]'],
    ['/web/de/about', undefined],
  ])('%s is %s', (pathname, route) => {
    expect(routeOf(pathname)).toBe(route)
  })
})

it('a path of ten thousand segments is looked at no further than pages are deep', () => {
  const routeOf = createRouteMatcher({ pages: ['/[a]/[b]/[c]', '/a/b/c'] })

  expect(routeOf('/a'.repeat(10_000))).toBeUndefined()
})
