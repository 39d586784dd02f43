/** The whole of a process that `Child` starts: makes one call after another, and ends when one of them fails. */
interface Call {
  readonly module: string
  readonly name: string
  readonly input: unknown
}

// A listener that stays keeps the process alive for subjects whose timers do not.
process.on('message', (message) => {
  // Only `Child` talks to this process.
  answer(message as Call).catch((problem: unknown) => {
    console.error(problem)
    process.exit(1)
  })
})

async function answer({ module, name, input }: Call): Promise<void> {
  const functions = (await import(module)) as Record<string, (input: unknown) => unknown>
  const called = functions[name]
  if (!called) throw new Error(`${module} exports no function ${name}`)
  const value = await called(input)
  process.send?.({ value })
}
