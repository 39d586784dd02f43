import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startScriptedServer } from 'testkit'
import { expect, it, onTestFinished } from 'vitest'

const run = promisify(execFile)
const script = fileURLToPath(new URL('awaited-delivery.ts', import.meta.url))

it.each(['flush', 'shutdown', 'captureImmediate'])(
  'a job that awaits %s does not end between two attempts',
  async (waitsFor) => {
    const server = await startScriptedServer()
    onTestFinished(() => server.close())
    server.answer('/batch/', 'disconnect', 'disconnect')

    // It rejects for a process that ends with another code than 0, as one does that is still waiting.
    const { stdout } = await run(process.execPath, [script, server.url, waitsFor])

    expect(JSON.parse(stdout)).toMatchObject({ accepted: 1, sent: 1, pending: 0, calls: { batch: 3 } })
    expect(server.events()).toHaveLength(1)
  },
  30_000,
)
