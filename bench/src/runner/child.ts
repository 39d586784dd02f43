import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** How a child's process is started. */
export interface ChildOptions {
  /** The process is ended when it lives longer. */
  readonly timeoutMs: number
  /** Further arguments to Node, such as `--expose-gc`. */
  readonly execArgv?: readonly string[] | undefined
}

const childProcess = fileURLToPath(new URL('child-process.ts', import.meta.url))

/** A fresh process, whose state lives on between calls. Whoever starts it ends it. */
export class Child {
  readonly #process: ChildProcess
  /** Says how it ended, and what it said. */
  readonly #ended: Promise<string>

  constructor({ timeoutMs, execArgv = [] }: ChildOptions) {
    const child = fork(childProcess, [], {
      execArgv: ['--conditions=@hedgerow/source', ...execArgv],
      // Libraries skip their checks for development then, as they do where they are used.
      env: { ...process.env, NODE_ENV: 'production' },
      // What subjects say, such as warnings of deprecation, would only be in the way.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    })
    const ended = new Promise<string>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`))
    })
    this.#process = child
    this.#ended = Promise.all([ended, child.stderr ? text(child.stderr) : '']).then(
      ([how, said]) => `${how}: ${said.slice(-2000)}`,
    )
    // A child that nobody is waiting for fails whoever asks next.
    this.#ended.catch(() => {})
  }

  /**
   * Calls a function that a module exports, in the process. One call at a time.
   *
   * @param input anything that JSON can say; so is the answer.
   * @throws Error with what the process said when it fails, or lives too long.
   */
  async call<Answer>(module: URL, name: string, input?: unknown): Promise<Answer> {
    const answered = new AbortController()
    const answer = once(this.#process, 'message', { signal: answered.signal })
    answer.catch(() => {})
    this.#process.send({ module: module.href, name, input })
    const first = await Promise.race([answer, this.#ended])
    answered.abort()
    if (typeof first === 'string') {
      throw new Error(`the process of ${module.pathname} gave no answer to ${name}, but ended with ${first}`)
    }
    // Only the child's own code sends messages, and this is the one that it sends.
    const [{ value }] = first as [{ value: Answer }]
    return value
  }

  /** Ends the process, whose subjects may have left timers and sockets behind; harmless when repeated. */
  async end(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#ended
  }
}
