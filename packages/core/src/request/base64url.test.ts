import { describe, expect, it } from 'vitest'
import { base64UrlFromBinary, binaryFromBase64Url } from './base64url.ts'

describe('base64url', () => {
  it.each([
    ['', ''],
    ['f', 'Zg'],
    ['foobar', 'Zm9vYmFy'],
    ['\u0000\u00ff?>', 'AP8_Pg'],
    ['\u00fb\u00ff\u00bf\u00fe', '-_-__g'],
  ])('of %j is %s, without padding and without what cookies forbid, and back', (binary, encoded) => {
    expect(base64UrlFromBinary(binary)).toBe(encoded)
    expect(binaryFromBase64Url(encoded)).toBe(binary)
  })

  it.each([
    ['a', 'correctly encoded'],
    ['*', 'Invalid character'],
  ])('is not %j: %s', (encoded, message) => {
    expect(() => binaryFromBase64Url(encoded)).toThrow(message)
  })
})
