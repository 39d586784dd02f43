import { expect, it } from 'vitest'
import { pageFiles } from './page-files.ts'

/** A file system of these folders. */
function folders(files: Readonly<Record<string, string[]>>) {
  return {
    readdirSync(path: string): string[] {
      const found = files[path]
      if (!found) throw new Error('no such folder')
      return found
    },
  }
}

it('finds the pages and handlers of both routers, and nothing else that lies there', () => {
  const files = folders({
    'src/app': [
      'page.tsx',
      'layout.tsx',
      '(shop)',
      '(shop)/shop/[id]/page.jsx',
      '(shop)/shop/[id]/homepage.js',
      'docs\\[[...slug]]\\page.mdx',
      'api/orders/route.ts',
      'api/orders/route.test.ts',
      'style/page.css',
    ],
    pages: [
      '_app.js',
      '_document.js',
      '_error.js',
      'index.js',
      'legacy',
      'legacy/index.tsx',
      'legacy/[page].js',
      'api/cart.ts',
      'style.css',
    ],
  })

  expect(pageFiles(files)).toEqual([
    '/',
    '/(shop)/shop/[id]',
    '/docs/[[...slug]]',
    '/api/orders',
    '/',
    '/legacy',
    '/legacy/[page]',
    '/api/cart',
  ])
})

it('finds none where there are no folders of pages', () => {
  expect(pageFiles(folders({}))).toEqual([])
})
