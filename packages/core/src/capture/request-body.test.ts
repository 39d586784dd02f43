import { gunzipSync } from 'node:zlib'
import { createFakeRuntime } from 'testkit'
import { describe, expect, it } from 'vitest'
import { requestBody } from './request-body.ts'

const text = '{"event":"Bestellung größer \u{1F994}"}'

describe('a request body', () => {
  it('is the text itself where compression is off', async () => {
    expect(await requestBody(createFakeRuntime(), text, false)).toEqual({ content: text, headers: {} })
  })

  it('is gzip of the text in UTF-8, and says so', async () => {
    const { content, headers } = await requestBody(createFakeRuntime(), text, true)

    expect(headers).toEqual({ 'Content-Encoding': 'gzip' })
    expect(content).toBeInstanceOf(Uint8Array)
    expect(gunzipSync(content).toString('utf8')).toBe(text)
  })

  it('is the text where the platform cannot compress', async () => {
    const gzip = () => Promise.reject(new Error('no compression here'))

    expect(await requestBody(createFakeRuntime({ gzip }), text, true)).toEqual({ content: text, headers: {} })
  })

  it('is the text where compressing throws', async () => {
    const gzip = () => {
      throw new Error('no compression here')
    }

    expect(await requestBody(createFakeRuntime({ gzip }), text, true)).toEqual({ content: text, headers: {} })
  })
})
