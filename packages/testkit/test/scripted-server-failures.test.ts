import { afterEach, beforeEach, expect, it } from 'vitest'
import { startScriptedServer } from 'testkit'
import type { ScriptedServer } from 'testkit'

let server: ScriptedServer

beforeEach(async () => {
  server = await startScriptedServer()
})

afterEach(() => server.close())

function post(signal?: AbortSignal, event = 'signup'): Promise<Response> {
  const body = JSON.stringify({ batch: [{ event }] })
  return fetch(`${server.url}/batch/`, { method: 'POST', body, ...(signal && { signal }) })
}

it('cuts the connection before any answer', async () => {
  server.answer('/batch/', 'disconnect')

  await expect(post()).rejects.toMatchObject({ cause: { code: 'UND_ERR_SOCKET' } })
})

it('cuts the connection in the middle of the body', async () => {
  server.answer('/batch/', 'disconnect-after-headers')

  const response = await post()

  expect(response.status).toBe(200)
  await expect(response.text()).rejects.toThrow('terminated')
})

it('leaves a client without an answer until the server closes', async () => {
  server.answer('/batch/', 'hang')
  const failure = post().catch((error: unknown) => error)
  await server.waitFor(() => server.batches().length === 1)

  await server.close()

  expect(await failure).toBeInstanceOf(TypeError)
  expect(server.events()).toEqual([])
})

it('sends headers and then a body without an end', async () => {
  server.answer('/batch/', 'hang-body')
  const response = await post()
  const body = response.text().catch((error: unknown) => error)

  expect(response.status).toBe(200)
  await server.close()
  expect(await body).toBeInstanceOf(TypeError)
})

it('answers after the given delay', async () => {
  server.answer('/batch/', { status: 200, delayMs: 40 })
  const start = performance.now()

  await post()

  expect(performance.now() - start).toBeGreaterThan(30)
})

it('does not count a batch as answered when the client left during the delay', async () => {
  server.answer('/batch/', { status: 200, delayMs: 1000 }, { status: 200, delayMs: 1100 })
  const leave = new AbortController()
  const failure = post(leave.signal, 'lost').catch((error: unknown) => error)
  await server.waitFor(() => server.batches().length === 1)

  leave.abort()
  await failure
  await post(undefined, 'kept') // is answered after the first one would have been

  expect(server.events().map(({ event }) => event)).toEqual(['kept'])
})

it('refuses connections while it is stopped and has the same port afterwards', async () => {
  const { url } = server
  await post()

  await server.stop()
  await expect(post()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
  await server.restart()

  expect(server.url).toBe(url)
  expect((await post()).status).toBe(200)
})

it('may be stopped, restarted and closed more than once', async () => {
  await server.restart()
  await server.stop()
  await server.stop()
  await server.close()
  await server.close()

  await expect(post()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
})

it('waits for a condition that nothing on the server announces', async () => {
  let ready = false
  const waiting = server.waitFor(() => ready)

  ready = true

  await expect(waiting).resolves.toBeUndefined()
})

it('says what it waited for and what it got when it gives up', async () => {
  await post()

  const waiting = server.waitFor(() => server.batches().length === 2, 30)

  await expect(waiting).rejects.toThrow(
    'gave up after 30 ms waiting for () => server.batches().length === 2; the server got 1: POST /batch [signup] → 200',
  )
})

it('hands on what a condition throws', async () => {
  const waiting = server.waitFor(() => {
    throw new RangeError('no such event')
  })

  await expect(waiting).rejects.toThrow(new RangeError('no such event'))
})
