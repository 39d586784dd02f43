import { join } from 'node:path'

/** One Node.js to run packed packages on. */
export interface NodeVersion {
  /** Exact, without the `v`. */
  readonly version: string
  /** What to install, as alias and specifier; undefined for the one that is running. */
  readonly dependency: readonly [alias: string, specifier: string] | undefined
}

/** The oldest line that `engines` admits, and the newest release of each line since. */
const versions = ['20.19.6', '22.23.3', '24.21.0', '26.10.0']

/** All of them on Linux, where the registry has Node.js itself as packages; elsewhere the running one. */
export const nodeVersions: readonly NodeVersion[] =
  process.platform === 'linux'
    ? versions.map((version) => ({
        version,
        dependency: [`node-${version}`, `npm:node-linux-${process.arch}@${version}`],
      }))
    : [{ version: process.versions.node, dependency: undefined }]

/** The program of one version in the project that it was installed into. */
export function nodeIn(project: string, { dependency }: NodeVersion): string {
  return dependency ? join(project, 'node_modules', dependency[0], 'bin/node') : process.execPath
}
