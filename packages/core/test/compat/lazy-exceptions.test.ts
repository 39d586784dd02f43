import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)
const source = new URL('../../src/', import.meta.url)

/** Which files of core a process has loaded before its first exception and after it, as its module loader saw them. */
async function loadedFiles(): Promise<{ before: string[]; after: string[] }> {
  const program = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({
      load(url, context, nextLoad) {
        loaded.push(url)
        return nextLoad(url, context)
      },
    })
    const { HedgerowClient } = await import(${JSON.stringify(new URL('index.ts', source).href)})
    const fetch = async () => ({ status: 200, text: async () => 'ok', json: async () => ({ status: 1 }) })
    const client = new HedgerowClient('T', { host: 'http://example.com', fetch })
    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.flush()
    const before = [...loaded]
    client.captureException(new Error('out of stock'), 'user_1')
    await client.shutdown()
    console.log(JSON.stringify({ before, after: loaded }))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: fileURLToPath(source),
    timeout: 20_000,
  })
  const urls = JSON.parse(stdout) as { before: string[]; after: string[] }
  const names = (list: readonly string[]) =>
    list.filter((url) => url.startsWith(source.href)).map((url) => url.slice(source.href.length))
  return { before: names(urls.before), after: names(urls.after) }
}

it(
  'what describes exceptions is loaded with the first exception, not before',
  { timeout: 30_000 },
  async () => {
    const { before, after } = await loadedFiles()

    expect(before).toContain('client.ts')
    expect(before.filter((file) => file.startsWith('exceptions/'))).toEqual([
      'exceptions/exception-capture.ts',
    ])
    expect(after).toContain('exceptions/exception-describer.ts')
    expect(after).toContain('exceptions/stack-frames.ts')
  },
)
