import { describe, expect, it } from 'vitest'
import { browserCookiePlace, cookiePlaces } from './cookie-domain.ts'

describe('the browser SDK’s cookie', () => {
  it.each([
    'localhost',
    'localhost:3000',
    'LOCALHOST',
    '127.0.0.1',
    '192.168.1.20:8080',
    '[::1]',
    '[2001:db8::1]:443',
    'shop.herokuapp.com',
    'a.b.vercel.app',
    'shop.netlify.app:443',
  ])('is kept to the host on %s', (host) => {
    expect(browserCookiePlace(host, undefined)).toEqual({ domain: undefined })
  })

  it.each([
    'example.com',
    'www.example.com:3000',
    'herokuapp.com.example.org',
    'nonvercel.app',
    'dev.local',
    '1.2.3',
    '',
  ])('lies nobody knows where on %j', (host) => {
    expect(browserCookiePlace(host, undefined)).toBeUndefined()
  })

  it.each(['example.com', 'www.example.com', 'a.b.example.com:8080', 'WWW.EXAMPLE.COM'])(
    'lies on the domain given for %s',
    (host) => {
      expect(browserCookiePlace(host, 'example.com')).toEqual({ domain: 'example.com' })
    },
  )

  it.each(['evil-example.com', 'example.com.evil.org', 'com', 'localhost', '127.0.0.1', ''])(
    'is not for %j when the domain given is another',
    (host) => {
      expect(browserCookiePlace(host, 'example.com')).toBeUndefined()
    },
  )

  it('may lie on the host and on each parent domain', () => {
    expect(cookiePlaces('app.shop.Example.com:8080')).toEqual([
      { domain: undefined },
      { domain: 'app.shop.example.com' },
      { domain: 'shop.example.com' },
      { domain: 'example.com' },
    ])
  })

  it('may lie on at most seven parent domains, since the client names the host', () => {
    expect(cookiePlaces(`${'a.'.repeat(100)}example.com`)).toHaveLength(8)
  })

  it.each(['localhost:3000', '127.0.0.1', '[::1]:3000', '', 'a;b.com', 'a b.com', `${'a'.repeat(253)}.com`])(
    'can lie on the host alone for %j',
    (host) => {
      expect(cookiePlaces(host)).toEqual([{ domain: undefined }])
    },
  )
})
