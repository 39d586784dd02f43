import { execFile } from 'node:child_process'

/** What a command that ended well printed. */
export interface CommandOutput {
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end; rejects with all it printed when it fails or takes longer than two minutes. */
export function runCommand(command: string, args: readonly string[], cwd: string): Promise<CommandOutput> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd, timeout: 120_000 }, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr })
      else reject(new Error(`${command} ${args.join(' ')} failed: ${error.message}\n${stdout}\n${stderr}`))
    })
  })
}
