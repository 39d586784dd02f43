import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, parse } from 'node:path'

const startTimeoutMs = 20_000
/** After that a process of Next.js is killed, whatever it does. */
const lifetimeMs = 300_000

/** A Next.js application in a directory of its own. */
export interface NextApp {
  readonly directory: string
  /** @returns all that the build printed. */
  build(env?: Readonly<Record<string, string>>): Promise<string>
  /**
   * Starts the built application on a free port of this machine's own address.
   *
   * @param hostname its name for it. Next.js always calls 127.0.0.1 localhost, and takes its own rewrites for another site's
   * when that was started by number. @default '127.0.0.1'
   */
  start(env: Readonly<Record<string, string>>, hostname?: '127.0.0.1' | 'localhost'): Promise<RunningNextApp>
  /** Starts the application as it is while one works on it; needs no build, and takes in changes of its files. */
  develop(env: Readonly<Record<string, string>>): Promise<RunningNextApp>
  remove(): Promise<void>
}

/** An application that serves requests. */
export interface RunningNextApp {
  readonly url: string
  /** All that it printed so far. */
  output(): string
  /** Ends the application. @returns all that it printed. */
  stop(): Promise<string>
  /** Ends the application. @returns with what code it exited; null for one that had to be killed. */
  terminate(): Promise<number | null>
}

/**
 * A copy of an application, with Next.js and React.
 *
 * @param source folder of its files; the `settings` that its `settings.js` exports are those of Next.js.
 * @param packages folders of what else it depends on, by name, as they were built.
 * @param owner a file of the package whose Next.js and React it gets. @default one of this package
 */
export async function createNextApp(
  source: string,
  packages: Readonly<Record<string, string>>,
  owner: string = import.meta.url,
): Promise<NextApp> {
  const require = createRequire(owner)
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'next-app-')))
  await cp(source, directory, { recursive: true })
  await writeFile(join(directory, 'package.json'), '{ "private": true, "type": "module" }')
  // Next.js looks for nothing outside this folder, not even behind a link.
  const root = JSON.stringify(parse(directory).root)
  const [settings, given] = existsSync(join(directory, 'settings.js'))
    ? ["import { settings } from './settings.js'\n", '...settings, ']
    : ['', '']
  const config = `${settings}export default { ${given}turbopack: { root: ${root} } }\n`
  await writeFile(join(directory, 'next.config.js'), config)
  const modules = join(directory, 'node_modules')
  await mkdir(modules)
  for (const name of ['next', 'react', 'react-dom']) {
    await symlink(dirname(require.resolve(`${name}/package.json`)), join(modules, name), 'junction')
  }
  // Next.js looks for what the edge lacks only in an application's own code, which a linked package is and a copy is not.
  for (const [name, folder] of Object.entries(packages)) {
    await mkdir(dirname(join(modules, name)), { recursive: true })
    await symlink(folder, join(modules, name), 'junction')
  }
  return { ...nextAppIn(directory), remove: () => rm(directory, { recursive: true }) }
}

/** An application where it is, with its own Next.js. */
export function nextAppIn(directory: string): Omit<NextApp, 'remove'> {
  const next = createRequire(join(directory, 'package.json')).resolve('next/dist/bin/next')
  const run = (args: readonly string[], env: Readonly<Record<string, string>>) =>
    spawnNext([next, ...args], directory, env)
  return {
    directory,
    async build(env = {}) {
      const app = run(['build'], env)
      const [code] = (await once(app.process, 'close')) as [number | null]
      if (code !== 0) throw new Error(`next build failed:\n${app.output()}`)
      return app.output()
    },
    start: (env, hostname = '127.0.0.1') => ready(run(['start', '-H', hostname, '-p', '0'], env)),
    develop: (env) => ready(run(['dev', '-H', 'localhost', '-p', '0'], env)),
  }
}

async function ready(app: SpawnedNext): Promise<RunningNextApp> {
  const closed = once(app.process, 'close')
  const url = await addressOf(app)
  const terminate = async () => {
    app.process.kill('SIGTERM')
    const [code] = (await closed) as [number | null]
    return code
  }
  return {
    url,
    output: app.output,
    async stop() {
      await terminate()
      return app.output()
    },
    terminate,
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

/** Runs in the folder of the application, as its users do. */
function spawnNext(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): SpawnedNext {
  const inherited = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NO_COLOR: '1', ...env }
  // Next.js would warn of the runner's.
  Reflect.deleteProperty(inherited, 'NODE_ENV')
  const child = spawn(process.execPath, [...args], {
    cwd,
    env: inherited,
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
