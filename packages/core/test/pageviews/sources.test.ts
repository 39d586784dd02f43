import { describe, expect, it } from 'vitest'
import type { RequestFacts } from '../../src/adapter.ts'
import { pageFacts } from '../request/open-scope.ts'
import { page, startPageviews } from './pageview-setup.ts'

async function propertiesOf(facts: RequestFacts) {
  const { end, events } = await startPageviews()
  end(facts, page)
  return (await events())[0]?.properties
}

describe('the click id of LinkedIn', () => {
  it('is taken from its cookie on later pages', async () => {
    expect(await propertiesOf(pageFacts({ cookie: 'a=1; li_fat_id=8f2-c; b=2' }))).toMatchObject({
      li_fat_id: '8f2-c',
    })
  })

  it('of the URL wins over the cookie’s', async () => {
    const facts = pageFacts({ cookie: 'li_fat_id=old' }, { path: '/?li_fat_id=new' })

    expect(await propertiesOf(facts)).toMatchObject({ li_fat_id: 'new' })
  })

  it.each(['', 'a b', '%3Cscript%3E', '"quoted"'])('is none for the cookie %j', async (value) => {
    expect(await propertiesOf(pageFacts({ cookie: `li_fat_id=${value}` }))).not.toHaveProperty('li_fat_id')
  })
})

describe('the host of a pageview', () => {
  it.each([
    ['my_service:8080', 'my_service:8080'],
    ['WWW.Example.COM', 'www.example.com'],
    ['[2001:db8::1]:3000', '[2001:db8::1]:3000'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ])('that says %s is %s', async (host, expected) => {
    expect(await propertiesOf(pageFacts({}, { host, path: '/a' }))).toMatchObject({
      $host: expected,
      $current_url: `http://${expected}/a`,
    })
  })

  it.each([
    'a'.repeat(262),
    'a b',
    'a/b',
    'jo@example.com',
    'example.com:99999999',
    '..',
    ':80',
    '09',
    'example.com:70000',
    '[:::]',
  ])('that says %j is none, and there is no URL', async (host) => {
    const properties = await propertiesOf(pageFacts({}, { host, path: '/a' }))

    expect(properties).not.toHaveProperty('$host')
    expect(properties).not.toHaveProperty('$current_url')
    expect(properties).toMatchObject({ $pathname: '/a' })
  })
})
