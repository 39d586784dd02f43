/** The whole of a process that `runInChild` starts: takes one task, answers it, and ends. */
interface Task {
  readonly module: string
  readonly input: unknown
}

// A listener that stays keeps the process alive for subjects whose timers do not.
process.on('message', (message) => {
  // Only `runInChild` talks to this process.
  answer(message as Task).catch((problem: unknown) => {
    console.error(problem)
    process.exit(1)
  })
})

async function answer({ module, input }: Task): Promise<void> {
  const { task } = (await import(module)) as { task: (input: unknown) => Promise<unknown> }
  const value = await task(input)
  // Subjects may leave timers and sockets behind.
  process.send?.({ value }, () => process.exit(0))
}
