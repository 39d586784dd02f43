import { describe, expect, it } from 'vitest'
import { base64UrlFromBytes, base64UrlFromText, textFromBase64Url } from './base64url.ts'

describe('base64url', () => {
  it.each([
    ['', ''],
    ['f', 'Zg'],
    ['foobar', 'Zm9vYmFy'],
    ['日本語 😀', '5pel5pys6KqeIPCfmIA'],
    ['\u0000ÿ?>', 'AMO_Pz4'],
  ])('of %j is %s, and back', (text, encoded) => {
    expect(base64UrlFromText(text)).toBe(encoded)
    expect(textFromBase64Url(encoded)).toBe(text)
  })

  it('of bytes has no padding and no character that cookies forbid', () => {
    expect(base64UrlFromBytes(Uint8Array.of(0xfb, 0xff, 0xbf, 0xfe))).toBe('-_-__g')
  })

  it.each([
    ['a', 'correctly encoded'],
    ['*', 'Invalid character'],
    ['_w', 'not valid for encoding utf-8'],
  ])('is not %j: %s', (encoded, message) => {
    expect(() => textFromBase64Url(encoded)).toThrow(message)
  })
})
