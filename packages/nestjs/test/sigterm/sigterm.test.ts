import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { documentHeaders, send, startScriptedServer } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { platforms } from '../platforms.ts'

const script = fileURLToPath(new URL('shop-process.ts', import.meta.url))
const close = { connection: 'close' }

/** Starts the shop in a process of its own; it ends with the test at the latest. */
async function startShop(platform: string, useProcessExit: boolean) {
  const posthog = await startScriptedServer()
  const child = fork(script, [posthog.url, platform, String(useProcessExit)], {
    execArgv: ['--conditions=@hedgerow/source'],
    silent: true,
  })
  const ended = once(child, 'exit').then(([code, signal]: unknown[]) => ({ code, signal }))
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (printed += String(chunk)))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
    await posthog.close()
  })
  const [port] = (await Promise.race([once(child, 'message'), ended.then(() => fail(printed))])) as [number]
  return { posthog, child, ended, url: `http://127.0.0.1:${port}`, printed: () => printed }
}

function fail(printed: string): never {
  throw new Error(`the shop ended early; it printed: ${printed}`)
}

function heard(child: ChildProcess, expected: string): Promise<void> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (message === expected) resolve()
    })
  })
}

describe.each(platforms)('Idiom 10: an application on $name that gets SIGTERM', ({ name }) => {
  it.each([
    [false, { code: null, signal: 'SIGTERM' }],
    [true, { code: 0, signal: null }],
  ])(
    'serves what it has begun, sends every event, and ends: useProcessExit %s',
    async (useProcessExit, end) => {
      const { posthog, child, ended, url, printed } = await startShop(name, useProcessExit)
      for (let page = 0; page < 20; page++) await send(url, { headers: { ...documentHeaders, ...close } })
      const ordering = heard(child, 'ordering')
      const order = send(`${url}/order`, { method: 'POST', headers: close })
      await ordering
      const closing = heard(child, 'closing')

      child.kill('SIGTERM')
      await closing
      child.send('go on')

      expect((await order).status).toBe(201)
      expect(await ended).toEqual(end)
      const names = posthog.events().map(({ event }) => event)
      expect(names.sort()).toEqual([...Array(20).fill('$pageview'), 'order placed', 'shop closing'])
      expect(printed()).toBe('')
    },
  )
})
