import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, parse } from 'node:path'
import { repositoryRoot } from '../repository/repository-root.ts'

const require = createRequire(import.meta.url)
const next = require.resolve('next/dist/bin/next')
const startTimeoutMs = 20_000
/** After that a process of Next.js is killed, whatever it does. */
const lifetimeMs = 300_000

/** A Next.js application in a directory of its own. */
export interface NextApp {
  /** @returns all that the build printed. */
  build(): Promise<string>
  /** Starts the built application on a free port of 127.0.0.1. */
  start(env: Readonly<Record<string, string>>): Promise<RunningNextApp>
  remove(): Promise<void>
}

/** An application that serves requests. */
export interface RunningNextApp {
  readonly url: string
  /** Ends the application. @returns all that it printed. */
  stop(): Promise<string>
}

/** The application in `next-app/`, with core as it was built, and Next.js and React of this package. */
export async function createNextApp(): Promise<NextApp> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'next-app-')))
  await cp(join(import.meta.dirname, 'next-app'), directory, { recursive: true })
  await writeFile(join(directory, 'package.json'), '{ "private": true, "type": "module" }')
  // Next.js looks for nothing outside this folder, not even behind a link.
  const config = { turbopack: { root: parse(directory).root } }
  await writeFile(join(directory, 'next.config.js'), `export default ${JSON.stringify(config)}`)
  const modules = join(directory, 'node_modules')
  await mkdir(join(modules, '@hedgerow'), { recursive: true })
  for (const name of ['next', 'react', 'react-dom']) {
    await symlink(dirname(require.resolve(`${name}/package.json`)), join(modules, name), 'junction')
  }
  // Next.js looks for what the edge lacks only in an application's own code, which a linked package is and a copy is not.
  await symlink(join(repositoryRoot, 'packages/core'), join(modules, '@hedgerow/core'), 'junction')
  return {
    async build() {
      const app = spawnNext(['build', directory], {})
      const [code] = (await once(app.process, 'close')) as [number | null]
      if (code !== 0) throw new Error(`next build failed:\n${app.output()}`)
      return app.output()
    },
    start: (env) => startNext(directory, env),
    remove: () => rm(directory, { recursive: true }),
  }
}

async function startNext(directory: string, env: Readonly<Record<string, string>>): Promise<RunningNextApp> {
  const app = spawnNext(['start', directory, '-H', '127.0.0.1', '-p', '0'], env)
  const closed = once(app.process, 'close')
  const url = await addressOf(app)
  return {
    url,
    async stop() {
      app.process.kill('SIGTERM')
      await closed
      return app.output()
    },
  }
}

/** The address that the application prints once it listens. */
function addressOf({ process, output }: SpawnedNext): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = () => {
      clearTimeout(timer)
      process.kill('SIGKILL')
      reject(new Error(`next start is not ready:\n${output()}`))
    }
    const timer = setTimeout(fail, startTimeoutMs)
    process.once('close', fail)
    process.stdout?.on('data', () => {
      const [, url] = /Local: +(http:\S+)[^]*Ready in/.exec(output()) ?? []
      if (url === undefined) return
      clearTimeout(timer)
      process.off('close', fail)
      resolve(url)
    })
  })
}

interface SpawnedNext {
  readonly process: ChildProcess
  /** All that was printed so far. */
  output(): string
}

function spawnNext(args: readonly string[], env: Readonly<Record<string, string>>): SpawnedNext {
  // Without the runner's NODE_ENV, of which Next.js would warn.
  const { NODE_ENV: _, ...inherited } = process.env
  const child = spawn(process.execPath, [next, ...args], {
    env: { ...inherited, NEXT_TELEMETRY_DISABLED: '1', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: lifetimeMs,
    killSignal: 'SIGKILL',
  })
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => chunks.push(text))
  }
  return { process: child, output: () => chunks.join('') }
}
