import { Child } from '../runner/child.ts'
import type { HttpSubject } from './http-subjects.ts'
import type { Lap, LapInput } from './load-process.ts'
import type { Tally } from './sink-process.ts'

const loadModule = new URL('load-process.ts', import.meta.url)
const serverModule = new URL('server-process.ts', import.meta.url)
const sinkModule = new URL('sink-process.ts', import.meta.url)

/** Processes that all subjects share: one sends requests, one swallows events. Neither is measured. */
export interface Surroundings {
  readonly load: Child
  readonly sink: Child
}

/** Runs something with surroundings of its own. @param timeoutMs after which everything is ended, and the run fails */
export async function withSurroundings<Result>(
  timeoutMs: number,
  run: (surroundings: Surroundings) => Promise<Result>,
): Promise<Result> {
  const load = new Child({ timeoutMs })
  const sink = new Child({ timeoutMs })
  try {
    return await run({ load, sink })
  } finally {
    await Promise.all([load.end(), sink.end()])
  }
}

/** One subject's app in a fresh process. Whoever starts it ends it. */
export class RunningSubject {
  readonly #surroundings: Surroundings
  readonly #server: Child
  readonly #host: string
  readonly #lap: LapInput

  private constructor(surroundings: Surroundings, server: Child, host: string, lap: LapInput) {
    this.#surroundings = surroundings
    this.#server = server
    this.#host = host
    this.#lap = lap
  }

  static async start(
    { module, requests }: HttpSubject,
    surroundings: Surroundings,
    timeoutMs: number,
  ): Promise<RunningSubject> {
    const host = await surroundings.sink.call<string>(sinkModule, 'open')
    const server = new Child({ timeoutMs })
    try {
      const port = await server.call<number>(serverModule, 'start', { module: module.href, host })
      return new RunningSubject(surroundings, server, host, { port, requests })
    } catch (problem) {
      await server.end()
      throw problem
    }
  }

  /** One request of each visitor. */
  lap(): Promise<Lap> {
    return this.#surroundings.load.call(loadModule, 'lap', this.#lap)
  }

  /** One request of each visitor, and what they were shown. */
  bodies(): Promise<string[]> {
    return this.#surroundings.load.call(loadModule, 'bodies', this.#lap)
  }

  begin(): Promise<void> {
    return this.#server.call(serverModule, 'begin')
  }

  /** @returns milliseconds of the server's CPU time since `begin`, everything sent */
  finish(): Promise<number> {
    return this.#server.call(serverModule, 'end')
  }

  /** What arrived of its events since it was last asked. */
  tally(): Promise<Tally> {
    return this.#surroundings.sink.call(sinkModule, 'take', this.#host)
  }

  end(): Promise<void> {
    return this.#server.end()
  }
}
