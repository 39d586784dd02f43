import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Counters of the shop's client, as far as a proof looks at them. */
export interface ShopStats {
  readonly accepted: number
  readonly sent: number
  readonly pending: number
  readonly dropped: Readonly<Record<string, number>>
}

/** A child process that a proof started and stops. */
export interface Started {
  readonly url: string
  readonly process: ChildProcess
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Starts `hedgerow dev`. */
export async function startDev(port = 0): Promise<Started> {
  const cli = fileURLToPath(import.meta.resolve('@hedgerow/dev/package.json')).replace(
    'package.json',
    'src/cli.ts',
  )
  const child = spawn(process.execPath, [cli, 'dev', '--port', String(port), '--flags', flagsFile], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += String(chunk)
    const url = /host\s+(http:\S+)/.exec(printed)?.[1]
    if (url) return started(child, url)
  }
  throw new Error(`the dev server ended early; it printed: ${printed}`)
}

/** Starts the shop against a PostHog host. */
export async function startShop(
  host: string,
): Promise<Started & { ask(command: 'flush' | 'stats'): Promise<ShopStats> }> {
  const script = fileURLToPath(new URL('shop-process.ts', import.meta.url))
  const child = fork(script, [host], { execArgv: ['--conditions=@hedgerow/source'], silent: false })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return {
    ...started(child, `http://127.0.0.1:${port}`),
    async ask(command) {
      child.send(command)
      const [{ stats }] = (await once(child, 'message')) as [{ stats: ShopStats }]
      return stats
    },
  }
}

const flagsFile = fileURLToPath(new URL('../hedgerow.flags.json', import.meta.url))

function started(child: ChildProcess, url: string): Started {
  return {
    url,
    process: child,
    async stop(signal = 'SIGKILL') {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill(signal)
      await exited
    },
  }
}
