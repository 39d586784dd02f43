import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../repository/repository-root.ts'
import { runCommand } from './run-command.ts'

/** A package that goes to the registry. */
export interface PublicPackage {
  readonly name: string
  readonly directory: string
  /** Command names and the files behind them, empty without commands. */
  readonly bin: Readonly<Record<string, string>>
}

/** Every package of the workspace that is not private, by name. */
export function publicPackages(): PublicPackage[] {
  const parent = join(repositoryRoot, 'packages')
  return readdirSync(parent)
    .map((folder) => join(parent, folder))
    .filter((directory) => existsSync(join(directory, 'package.json')))
    .map((directory) => ({ directory, manifest: manifestOf(directory) }))
    .filter(({ manifest }) => manifest.private !== true)
    .map(({ directory, manifest }) => ({ name: manifest.name, directory, bin: manifest.bin ?? {} }))
}

/**
 * Packs one package the way a release does, from the `dist` folder that is there.
 *
 * @returns the path of the tarball, `hedgerow-core-0.0.0.tgz` in the destination
 */
export async function packTo(destination: string, { name, directory }: PublicPackage): Promise<string> {
  if (!existsSync(join(directory, 'dist'))) throw new Error(`${name} is not built: run pnpm build first`)
  await runCommand('pnpm', ['pack', '--pack-destination', destination], directory)
  const prefix = `${name.replace('@', '').replace('/', '-')}-`
  const tarball = readdirSync(destination).find((file) => file.startsWith(prefix))
  if (tarball === undefined) throw new Error(`pnpm pack left no ${prefix}*.tgz`)
  return join(destination, tarball)
}

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly bin?: Record<string, string>
}

function manifestOf(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest
}
