import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { DevServer } from '../src/index.ts'
import { batchOf, gzipped, namesOf, post, runningServer } from './running-server.ts'

const MIB = 1024 * 1024

describe('a gzipped body', () => {
  it.each([
    ['with its header', { 'content-encoding': 'gzip' }],
    ['without any header', {}],
  ])('is unpacked %s', async (_name, headers) => {
    const server = await runningServer()

    const answer = await post(server, '/batch/', gzipped(batchOf('packed')), headers)

    expect(answer.status).toBe(200)
    expect(namesOf(server)).toEqual(['packed'])
  })

  it('is accepted as browsers mark it in the query', async () => {
    const server = await runningServer()

    await post(server, '/e/?compression=gzip-js&ver=1.2.3', gzipped(batchOf('packed')), {
      'content-type': 'text/plain',
    })

    expect(namesOf(server)).toEqual(['packed'])
  })

  it.each([
    ['truncated', gzipped(batchOf('a')).subarray(0, -6)],
    ['damaged', gzipped(batchOf('a')).map((byte, index) => (index > 12 ? byte ^ 0xff : byte))],
    ['no JSON inside', gzipSync('hello')],
  ])('is answered 400 when it is %s', async (_name, body) => {
    const server = await runningServer()

    expect((await post(server, '/batch/', body)).status).toBe(400)
    expect((await post(server, '/batch/', batchOf('next'))).status).toBe(200)
  })

  it('that unpacks to gigabytes is answered 413 without taking the memory', async () => {
    const server = await runningServer()
    // Gzip files may follow each other in one body: 40 × 50 MB of zeros in 2 MB.
    const zeros = gzipSync(Buffer.alloc(50 * MIB), { level: 1 })
    const bomb = Buffer.concat(Array.from({ length: 40 }, () => zeros))
    const before = process.memoryUsage().rss

    const answer = await post(server, '/batch/', bomb)

    expect(answer.status).toBe(413)
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * MIB)
    expect((await post(server, '/batch/', batchOf('next'))).status).toBe(200)
  })
})

describe('a form field with base64', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const base64 = (value: unknown) => encodeURIComponent(Buffer.from(JSON.stringify(value)).toString('base64'))

  it('is unpacked', async () => {
    const server = await runningServer()

    const answer = await post(server, '/e/?compression=base64', `data=${base64(batchOf('häagen?>'))}`, form)

    expect(answer.status).toBe(200)
    expect(namesOf(server)).toEqual(['häagen?>'])
  })

  it('may be gzipped inside and stand after other fields', async () => {
    const server = await runningServer()
    const data = encodeURIComponent(Buffer.from(gzipped(batchOf('both'))).toString('base64'))

    await post(server, '/e/', `compression=gzip-js&data=${data}`, form)

    expect(namesOf(server)).toEqual(['both'])
  })

  it.each(['data=', 'data=%E0%A4%A', 'data=bm90IGpzb24%3D', 'other=1'])(
    'is answered 400 as %s',
    async (body) => {
      const server = await runningServer()

      expect((await post(server, '/e/', body, form)).status).toBe(400)
    },
  )
})

describe('a body over 20 MiB', () => {
  it('is answered 413, and the next request works', async () => {
    const server = await runningServer()

    const answer = await post(server, '/batch/', new Uint8Array(20 * MIB + 1))

    expect(answer.status).toBe(413)
    expect((await post(server, '/batch/', batchOf('next'))).status).toBe(200)
  })

  it('is answered 413 to a client that reads only after it has sent everything', async () => {
    const server = await runningServer()

    expect(await statusAfterSendingAll(server, 40)).toBe(413)
  })

  it('of exactly 20 MiB is still read', async () => {
    const server = await runningServer()
    const body = JSON.stringify(batchOf('just fits')).padEnd(20 * MIB, ' ')

    expect((await post(server, '/batch/', body)).status).toBe(200)
  })
})

/** Sends this many MiB in chunks, each after the one before was taken, and reads the status after the last. */
async function statusAfterSendingAll(server: DevServer, mebibytes: number): Promise<number | undefined> {
  const sending = request(`${server.url}/batch/`, { method: 'POST' })
  const answered = new Promise<number | undefined>((resolve, reject) => {
    sending.on('response', (response) => resolve(response.resume().statusCode))
    sending.on('error', reject)
  })
  for (let sent = 0; sent < mebibytes; sent += 1) {
    await new Promise<void>((resolve) => sending.write(Buffer.alloc(MIB, 32), () => resolve()))
  }
  sending.end()
  return answered
}
