import { expect, it } from 'vitest'
import { forwardedAddress } from './client-address.ts'

it.each([
  ['203.0.113.77', '203.0.113.77', '203.0.113.0'],
  ['::ffff:203.0.113.77', '203.0.113.77', '203.0.113.0'],
  ['203.0.113.77:51000', '203.0.113.77', '203.0.113.0'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
  ['2001:db8::7', '2001:db8::7', '2001:db8:0::'],
  ['::1', '::1', '0:0:0::'],
  ['::', '::', '0:0:0::'],
  ['1::', '1::', '1:0:0::'],
  ['fe80::1%eth0', 'fe80::1', 'fe80:0:0::'],
  ['64:ff9b::203.0.113.77', '64:ff9b::203.0.113.77', '64:ff9b:0::'],
])('%s goes out as %s, truncated as %s', (ip, full, truncated) => {
  expect(forwardedAddress(ip, 'full')).toBe(full)
  expect(forwardedAddress(ip, 'truncated')).toBe(truncated)
  expect(forwardedAddress(ip, 'none')).toBeUndefined()
})

it.each([
  undefined,
  '',
  'unknown',
  'localhost',
  '203.0.113',
  '203.0.113.256',
  '203.0.113.77, 192.0.2.1',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::',
  '1::2::3',
  ':1:2:3:4:5:6:7',
  '12345::',
  'g::1',
  '2001:db8::1\r\nX-Evil: 1',
])('%j is no address and stays here', (ip) => {
  expect(forwardedAddress(ip, 'full')).toBeUndefined()
  expect(forwardedAddress(ip, 'truncated')).toBeUndefined()
})
