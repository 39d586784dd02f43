import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished, vi } from 'vitest'

/** `src/start.mjs` in a process of its own. */
export interface RunningExample {
  readonly process: ChildProcess
  /** Everything printed so far. */
  readonly output: { readonly stdout: string; readonly stderr: string }
  /** Exit code and signal, when it has ended. */
  readonly ended: Promise<{ code: number | null; signal: string | null }>
}

/** Starts the example; it ends with the test at the latest. */
export function runExample(nodeOptions: readonly string[] = []): RunningExample {
  const script = fileURLToPath(new URL('../src/start.mjs', import.meta.url))
  const options = ['--disable-warning=ExperimentalWarning', ...nodeOptions]
  const child = spawn(process.execPath, [...options, script], { stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { process: child, output, ended }
}

/** The two addresses that it prints. */
export async function printedUrls(example: RunningExample): Promise<{ shop: string; inspector: string }> {
  return vi.waitFor(
    () => {
      const found = /Shop +(http\S+)\s+Inspector +(http\S+)/.exec(example.output.stdout)
      if (!found) throw new Error(`no addresses in: ${example.output.stdout}${example.output.stderr}`)
      return { shop: found[1] ?? '', inspector: found[2] ?? '' }
    },
    { timeout: 15_000, interval: 50 },
  )
}

/** An event as the inspector lists it. */
export interface InspectedEvent {
  readonly event: string
  readonly distinctId: string
  readonly timestamp: string
  readonly properties: Readonly<Record<string, unknown>>
}

/** Every event that the inspector has received, in no particular order. */
export async function receivedBy(inspector: string): Promise<readonly InspectedEvent[]> {
  const response = await fetch(`${inspector}/api/events`)
  return ((await response.json()) as { events: InspectedEvent[] }).events
}
