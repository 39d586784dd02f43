import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { runningServer } from './running-server.ts'
import { openStream } from './stream-messages.ts'

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

describe('hedgerow dev', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'prints where it is, answers, and ends on %s though a page is open',
    async (signal) => {
      const cli = await runCli(['dev', '--port', '0'])
      const url = await cli.url()

      const stream = await openStream(`${url}/api/stream`)
      await stream.next()
      cli.child.kill(signal)

      expect(await cli.exit()).toEqual({ code: 0, stderr: '' })
      expect(cli.stdout()).toBe(
        [
          'Hedgerow dev server',
          `  page   ${url}/`,
          `  host   ${url}   (give this to your PostHog client)`,
          '  flags  none (write hedgerow.flags.json and start again)',
          '',
        ].join('\n'),
      )
    },
  )

  it('takes hedgerow.flags.json from the folder it runs in', async () => {
    const cli = await runCli(['dev', '--port', '0'], {
      'hedgerow.flags.json': '{"flags":{"a":true,"b":"x"}}',
    })
    await cli.url()

    expect(cli.stdout()).toContain('flags  2 from hedgerow.flags.json\n')
  })

  it('takes the flags file that is named', async () => {
    const cli = await runCli(['dev', '--port', '0', '--flags', 'other.json'], {
      'other.json': '{"flags":{"a":true}}',
    })
    await cli.url()

    expect(cli.stdout()).toContain('flags  1 from other.json\n')
  })

  it('says in one line that the port is taken', async () => {
    const { port } = await runningServer()

    const cli = await runCli(['dev', '--port', String(port)])

    expect(await cli.exit()).toEqual({
      code: 1,
      stderr: `error: cannot listen on 127.0.0.1:${port}: it is already in use; stop the other program or choose another port\n`,
    })
  })

  it.each([
    ['a port that is no number', ['dev', '--port', 'http'], '--port'],
    ['a port that does not exist', ['dev', '--port', '70000'], '--port'],
    ['an unknown option', ['dev', '--prot', '1'], '--prot'],
    ['an argument too many', ['dev', 'now'], 'too many arguments'],
    ['an unknown command', ['serve'], 'serve'],
    ['a flags file that is missing', ['dev', '--flags', 'none.json'], 'none.json'],
    ['a flags file that is broken', ['dev', '--flags', 'bad.json'], 'bad.json'],
    ['a flags file with a wrong definition', ['dev', '--flags', 'deep.json'], 'flags[0].filters must be'],
    ['a flags file that is invalid', ['dev', '--flags', 'wrong.json'], 'flags.hero'],
  ])('refuses %s in one clear line', async (_name, args, named) => {
    const cli = await runCli(args, {
      'bad.json': '{\n"flags":\n}',
      'wrong.json': '{"flags":{"hero":1}}',
      'deep.json': '{"flags":[{"key":"hero","filters":[]}]}',
    })

    const { code, stderr } = await cli.exit()

    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: [^\n]+\n(\(Did you mean [^\n]+\n)?$/)
    expect(stderr).toContain(named)
  })
})

interface RunningCli {
  readonly child: ChildProcess
  stdout(): string
  /** The address it printed. */
  url(): Promise<string>
  exit(): Promise<{ code: number | null; stderr: string }>
}

/** Runs the command in a folder of its own with these files; it is killed when the test ends. */
async function runCli(args: string[], files: Record<string, string> = {}): Promise<RunningCli> {
  const cwd = await mkdtemp(join(tmpdir(), 'hedgerow-cli-'))
  for (const [name, content] of Object.entries(files)) await writeFile(join(cwd, name), content)
  // From source, as the tests themselves: nothing needs to be built first.
  const command = ['--conditions=@hedgerow/source', CLI, ...args]
  const child = spawn(process.execPath, command, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await closed
    await rm(cwd, { recursive: true })
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))

  return {
    child,
    stdout: () => stdout,
    url: () =>
      vi.waitFor(
        () => {
          const url = /host +(http:\S+)[^]*flags /.exec(stdout)?.[1]
          if (url === undefined) throw new Error(`no address printed yet; stderr: ${stderr}`)
          return url
        },
        { timeout: 10_000 },
      ),
    async exit() {
      await closed
      return { code: child.exitCode, stderr }
    },
  }
}
