import { cp, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from './run-command.ts'

/** An application of NestJS outside the workspace. */
export interface NestProjectParts {
  /** The module format of its code. */
  readonly type: 'commonjs' | 'module'
  /** What it installs, tarballs included. */
  readonly dependencies: Readonly<Record<string, string>>
  /** More of its `package.json`. */
  readonly manifest?: object
}

/** Creates an application from `nest-app` and installs what it needs. @returns its folder, which is the caller's to remove. */
export async function createNestProject({ type, dependencies, manifest }: NestProjectParts): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'hedgerow-nest-'))
  await cp(join(import.meta.dirname, 'nest-app'), directory, { recursive: true })
  await cp(join(import.meta.dirname, 'smoke/serve-one-page.cjs'), join(directory, 'serve-one-page.cjs'))
  await writeFile(
    join(directory, 'package.json'),
    JSON.stringify({ private: true, type, dependencies, ...manifest }),
  )
  const quick = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline']
  await runCommand('npm', ['install', ...quick], directory)
  return directory
}
