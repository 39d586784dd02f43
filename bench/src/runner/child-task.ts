import { Child, type ChildOptions } from './child.ts'

/** A module that is run in a fresh process of its own: its `task` gets the input, and what it returns is handed back. */
export interface ChildTask extends ChildOptions {
  /** Of the module, which exports a function `task`. */
  readonly module: URL
  /** Anything that JSON can say. */
  readonly input: unknown
}

/**
 * Runs a task in a fresh process, so that no subject meets code that another one has made V8 compile, or its garbage.
 *
 * @throws Error with what the process said when it fails, or takes too long.
 */
export async function runInChild<Result>({ module, input, ...options }: ChildTask): Promise<Result> {
  const child = new Child(options)
  try {
    return await child.call<Result>(module, 'task', input)
  } finally {
    await child.end()
  }
}
