import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NodeVersion } from '../test/packed/node-versions.ts'
import { runCommand } from '../test/packed/run-command.ts'

/** Installs these versions of Node.js into a new folder. @returns the folder, which is the caller's to remove. */
export async function createNodeProject(versions: readonly NodeVersion[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'hedgerow-nodes-'))
  const dependencies = Object.fromEntries(
    versions.flatMap(({ dependency }) => (dependency ? [dependency] : [])),
  )
  await writeFile(join(directory, 'package.json'), JSON.stringify({ private: true, dependencies }))
  const quick = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline']
  await runCommand('npm', ['install', ...quick], directory)
  return directory
}
