import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'

/** Where something was measured, as far as it explains the numbers. */
export function machine() {
  const [first] = cpus()
  return {
    node: process.version,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
    cpu: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    /** Over the last minute; above the number of cores others were at work too. */
    load: loadavg()[0] ?? 0,
  }
}

/** The exact versions of the packages that were measured. @throws Error for one that is not installed */
export function installedVersions(packages: Iterable<string>): Record<string, string> {
  return Object.fromEntries(Array.from(new Set(packages), (name) => [name, installedVersion(name)]))
}

/** Read from the package's own folder, since not every package exports its `package.json`. */
function installedVersion(name: string): string {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? []
  for (const folder of folders) {
    const version = versionIn(join(folder, name, 'package.json'))
    if (version !== undefined) return version
  }
  throw new Error(`${name} is not installed, so its version cannot be told; run pnpm install`)
}

function versionIn(path: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string }
    return version
  } catch {
    return undefined
  }
}
