import type { App, AppModule } from './app.ts'

let app: App | undefined
let before: NodeJS.CpuUsage | undefined

/** Starts an app. @returns its port */
export async function start({ module, host }: { module: string; host: string }): Promise<number> {
  const { start } = (await import(module)) as AppModule
  app = await start(host)
  return app.port
}

/** Begins to measure, with nothing left to be sent. */
export async function begin(): Promise<void> {
  await app?.flush()
  before = process.cpuUsage()
}

/**
 * Sends what was captured and ends the measurement.
 *
 * @returns milliseconds of CPU time since it began, of all threads.
 */
export async function end(): Promise<number> {
  await app?.flush()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
