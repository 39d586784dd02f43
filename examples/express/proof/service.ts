import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { ClientStats, DeliveryReport } from '@hedgerow/express'

/** How a service ended. */
export interface ServiceEnd {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined
  /** Milliseconds from SIGTERM. */
  readonly tookMs: number
  readonly report: DeliveryReport
  readonly stats: ClientStats
  /** What it printed for its operators. */
  readonly logged: readonly string[]
}

/** A running service. */
export interface Service {
  readonly url: string
  /** Sends SIGTERM and waits for the process to end by itself. */
  terminate(): Promise<ServiceEnd>
  /** Ends it at once, if it still runs. */
  kill(): void
}

/** Starts the service in a process of its own, against a PostHog host. */
export async function startService(host: string, backgroundCapturesPerSecond: number): Promise<Service> {
  const script = fileURLToPath(new URL('service-process.ts', import.meta.url))
  const args = ['--conditions=@hedgerow/source', script, host, String(backgroundCapturesPerSecond)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit')
  const logged = text(child.stderr)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  // The service prints two lines of JSON, of these shapes.
  const read = async <T>(): Promise<T> => JSON.parse((await lines.next()).value ?? (await logged)) as T
  const { port } = await read<{ port: number }>()
  return {
    url: `http://127.0.0.1:${port}`,
    async terminate() {
      const start = performance.now()
      child.kill('SIGTERM')
      const [code] = (await exited) as [number | null]
      const tookMs = performance.now() - start
      const outcome = await read<Pick<ServiceEnd, 'report' | 'stats'>>()
      const printed = (await logged).split('\n').filter((line) => line !== '')
      return { code: code ?? undefined, tookMs, ...outcome, logged: printed }
    },
    kill: () => child.kill('SIGKILL'),
  }
}
