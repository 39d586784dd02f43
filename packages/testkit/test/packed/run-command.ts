import { execFile } from 'node:child_process'

/** What a command that ended well printed. */
export interface CommandOutput {
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a program to its end; rejects with all it printed when it fails or takes too long.
 *
 * @param timeoutMs real milliseconds, five minutes unless given
 */
export function runCommand(
  command: string,
  args: readonly string[],
  cwd: string,
  timeoutMs = 300_000,
): Promise<CommandOutput> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd, timeout: timeoutMs }, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr })
      else reject(new Error(`${command} ${args.join(' ')} failed: ${error.message}\n${stdout}\n${stderr}`))
    })
  })
}
