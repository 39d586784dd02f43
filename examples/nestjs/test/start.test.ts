import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { documentHeaders, send } from 'testkit'
import { expect, it, onTestFinished, vi } from 'vitest'

/** Starts `dist/start.js` in a process of its own; it ends with the test at the latest. */
function runExample() {
  const script = fileURLToPath(new URL('../dist/start.js', import.meta.url))
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => ({ code, signal }))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, output, ended }
}

it('starts beside an inspector, shows it what arrives, and sends what it has when it is stopped', async () => {
  const { child, output, ended } = runExample()
  const [cinema, inspector] = await vi.waitFor(
    () => {
      const found = /Cinema +(http\S+)\s+Inspector +(http\S+)/.exec(output.stdout)
      if (!found) throw new Error(`no addresses in: ${output.stdout}${output.stderr}`)
      return [found[1] ?? '', found[2] ?? '']
    },
    { timeout: 15_000, interval: 50 },
  )

  const page = await send(cinema, { headers: documentHeaders })
  await vi.waitFor(async () => {
    const { events } = JSON.parse((await send(`${inspector}/api/events`)).body) as { events: unknown }
    expect(events).toContainEqual(
      expect.objectContaining({
        event: '$pageview',
        properties: expect.objectContaining({ $route: '/', $current_url: `${cinema}/` }),
      }),
    )
  }, 5000)
  child.kill('SIGTERM')

  expect(page.status).toBe(200)
  expect(page.body).toContain('Now showing')
  expect(await ended).toEqual({ code: 0, signal: null })
  expect(output.stdout).toMatch(/Events sent: (\d+) of \1\./)
  expect(output.stderr).toBe('')
  await expect(send(cinema)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})
