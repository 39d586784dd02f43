import { fork } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** A module that is run in a fresh process of its own: its `task` gets the input, and what it returns is handed back. */
export interface ChildTask {
  /** Of the module, which exports a function `task`. */
  readonly module: URL
  /** Anything that JSON can say. */
  readonly input: unknown
  /** The process is ended when it takes longer. */
  readonly timeoutMs: number
  /** Further arguments to Node, such as `--expose-gc`. */
  readonly execArgv?: readonly string[]
}

const childProcess = fileURLToPath(new URL('child-process.ts', import.meta.url))

/**
 * Runs a task in a fresh process, so that no subject meets code that another one has made V8 compile, or its garbage.
 *
 * @throws Error with what the process said when it fails, or takes too long.
 */
export async function runInChild<Result>(task: ChildTask): Promise<Result> {
  const child = fork(childProcess, [], {
    execArgv: ['--conditions=@hedgerow/source', ...(task.execArgv ?? [])],
    // Libraries skip their checks for development then, as they do where they are used.
    env: { ...process.env, NODE_ENV: 'production' },
    // What subjects say, such as warnings of deprecation, would only be in the way.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    timeout: task.timeoutMs,
    killSignal: 'SIGKILL',
  })
  let result: { readonly value: Result } | undefined
  child.on('message', (message) => {
    // Only the child's own code sends messages, and this is the one that it sends.
    result = message as { value: Result }
  })
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  child.send({ module: task.module.href, input: task.input })
  const [how, said] = await Promise.all([ended, child.stderr ? text(child.stderr) : ''])
  if (result) return result.value
  throw new Error(`the process of ${task.module.pathname} gave no result (${how}): ${said.slice(-2000)}`)
}
