import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const compiler = join(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin',
  'tsc',
)
const timeoutMs = 60_000

/**
 * What the compiler finds wrong with a project, each as the code of the error and the line of source in which it is, such
 * as `TS2345 client.isFeatureEnabled('heroo')`; in the order of files and lines, empty when there is nothing.
 *
 * @param project folder of a `tsconfig.json`.
 */
export async function typeErrorsOf(project: string): Promise<string[]> {
  const output = await compile(project)
  const errors = [...output.matchAll(/^(.+)\((\d+),\d+\): error (TS\d+): /gm)]
  if (errors.length === 0 && output !== '') throw new Error(`tsc cannot compile ${project}: ${output}`)
  const found: string[] = []
  for (const [, file = '', line, code] of errors) {
    const lines = (await readFile(join(project, file), 'utf8')).split('\n')
    found.push(`${code} ${lines[Number(line) - 1]?.trim()}`)
  }
  return found
}

/** The compiler's output; its exit code says only whether there is any. */
function compile(project: string): Promise<string> {
  const options = { cwd: project, timeout: timeoutMs, encoding: 'utf8' } as const
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [compiler, '--noEmit', '--pretty', 'false'],
      options,
      (error, stdout, stderr) => {
        if (!error || (typeof error.code === 'number' && stdout !== '')) resolve(stdout)
        else reject(new Error(`tsc failed in ${project}: ${stderr || error.message}`, { cause: error }))
      },
    )
  })
}
