import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { printedUrls, receivedBy, runExample } from './running-example.ts'
import { documentHeaders } from './visitor.ts'

const timeout = 30_000

describe('starting', { timeout }, () => {
  it('prints where to look and what to try, and a page that is opened arrives in the inspector', async () => {
    const example = runExample()
    const { shop, inspector } = await printedUrls(example)

    const page = await fetch(shop, { headers: documentHeaders })
    const text = await page.text()

    expect(page.status).toBe(200)
    expect(text).toContain(`href="${inspector}"`)
    await vi.waitFor(async () => {
      expect(await receivedBy(inspector)).toContainEqual(
        expect.objectContaining({
          event: '$pageview',
          properties: expect.objectContaining({ $route: '/', $current_url: `${shop}/` }),
        }),
      )
    }, 5000)
    // A machine that is busy starting things may need longer for the first flags than a page waits.
    await vi.waitFor(async () => {
      const reloaded = await fetch(shop, { headers: documentHeaders })
      expect(await reloaded.text()).toContain('The garden starts at the back door.')
    }, 5000)
    expect(example.output.stdout).toContain(`curl -H 'accept: text/html' ${shop}`)
    expect(example.output.stdout).toContain('hedgerow.flags.json')
    expect(example.output.stderr).toBe('')
  })

  it('takes other ports when its own are taken', async () => {
    await Promise.all([occupy(3000), occupy(8181)])

    const { shop, inspector } = await printedUrls(runExample())

    expect([new URL(shop).port, new URL(inspector).port]).not.toContain('3000')
    expect([new URL(shop).port, new URL(inspector).port]).not.toContain('8181')
    expect((await fetch(shop, { headers: documentHeaders })).status).toBe(200)
  })

  it('says in one line which Node.js it needs when this one cannot run TypeScript', async () => {
    const example = runExample(['--no-experimental-strip-types'])

    expect(await example.ended).toEqual({ code: 1, signal: null })
    expect(example.output.stdout).toBe('')
    expect(example.output.stderr).toBe(
      `This example needs Node.js 22.18 or newer, which runs TypeScript as it is; this is ${process.version}.\n`,
    )
  })
})

describe('stopping', { timeout }, () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('sends what it has and frees its ports on %s', async (signal) => {
    const example = runExample()
    const { shop, inspector } = await printedUrls(example)
    await (await fetch(shop, { headers: documentHeaders })).text()

    example.process.kill(signal)

    expect(await example.ended).toEqual({ code: 0, signal: null })
    // The pageview, and the flag that it read unless there was none in time.
    expect(example.output.stdout).toMatch(/Events sent: ([12]) of \1\./)
    expect(example.output.stderr).toBe('')
    await expectNobodyListens(shop)
    await expectNobodyListens(inspector)
  })

  it('does not wait for ever for a request that never ends', async () => {
    const example = runExample()
    const { shop } = await printedUrls(example)
    await beginRequest(shop)

    example.process.kill('SIGINT')

    expect(await example.ended).toEqual({ code: 0, signal: null })
  })

  it('ends at once on a second Ctrl-C', async () => {
    const example = runExample()
    const { shop } = await printedUrls(example)
    await beginRequest(shop)

    example.process.kill('SIGINT')
    await vi.waitFor(() => expect(example.output.stdout).toContain('Stopping'), 5000)
    example.process.kill('SIGINT')

    expect(await example.ended).toEqual({ code: null, signal: 'SIGINT' })
  })
})

/** Sends the beginning of a request, and waits until the server must have seen it. */
async function beginRequest(url: string): Promise<void> {
  const socket = await connected(url)
  onTestFinished(() => void socket.destroy())
  // A whole request first: its answer says that the server reads this connection.
  socket.write('GET /shop.css HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n')
  await once(socket, 'data')
}

async function connected(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

async function expectNobodyListens(url: string): Promise<void> {
  await expect(connected(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
}

/** Makes sure that a port is taken, by whomever. */
async function occupy(port: number): Promise<void> {
  const server = createServer()
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve()
      else reject(error)
    })
    server.listen(port, '127.0.0.1', resolve)
  })
}
