import { readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { repositoryRoot } from '../repository/repository-root.ts'
import { createConsumerProject } from './consumer-project.ts'
import type { ConsumerProject } from './consumer-project.ts'
import { nodeIn, nodeVersions } from './node-versions.ts'
import { publicPackages } from './public-packages.ts'
import { runCommand } from './run-command.ts'

const packages = publicPackages()
const commands = packages.flatMap(({ name, bin }) => Object.keys(bin).map((command) => ({ name, command })))
/** What a package ships beside its code. */
const moreFiles: Record<string, string[]> = { '@hedgerow/dev': ['hedgerow.flags.schema.json'] }
const modules = join(import.meta.dirname, '../../node_modules')

let project: ConsumerProject

beforeAll(async () => {
  project = await createConsumerProject()
}, 600_000)

afterAll(async () => {
  if (project) await rm(project.directory, { recursive: true })
})

it('finds the packages that are meant for the registry', () => {
  expect(packages.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      '@hedgerow/core',
      '@hedgerow/dev',
      '@hedgerow/express',
      '@hedgerow/fastify',
      '@hedgerow/nestjs',
      '@hedgerow/next',
    ]),
  )
})

describe.each(packages)('the tarball of $name', ({ name }) => {
  it('is well-formed for every tool that reads a package.json', { timeout: 60_000 }, async () => {
    const args = [join(modules, 'publint/src/cli.js'), 'run', tarballOf(name), '--strict']

    const { stdout } = await runCommand(process.execPath, args, project.directory)

    expect(stdout).toContain('All good!')
  })

  it('has types that resolve wherever its code does', { timeout: 60_000 }, async () => {
    const cli = join(modules, '@arethetypeswrong/cli/dist/index.js')
    const args = [cli, tarballOf(name), '--profile', 'esm-only', '--format', 'ascii', '--no-color']

    const { stdout } = await runCommand(process.execPath, args, project.directory)

    expect(stdout).toMatch(/node16 \(from ESM\): \S+ \(ESM\)/)
  })
})

describe.each(packages)('the installed $name', ({ name }) => {
  it('holds what was built, a licence and a README, and no sources', () => {
    const files = readdirSync(join(project.directory, 'node_modules', name))

    const usual = ['LICENSE', 'README.md', 'dist', 'package.json']
    expect(files.toSorted()).toEqual([...usual, ...(moreFiles[name] ?? [])].toSorted())
  })
})

describe.each(nodeVersions)('installed on Node.js $version', (nodeVersion) => {
  it.each([
    'express-by-import.mjs',
    'express-by-require.cjs',
    'fastify-by-import.mjs',
    'fastify-by-require.cjs',
    'nestjs-by-import.mjs',
    'nestjs-by-require.cjs',
  ])('serves a page, quietly: %s', { timeout: 60_000 }, async (script) => {
    const output = await runCommand(nodeIn(project.directory, nodeVersion), [script], project.directory)

    expect(output).toEqual({ stdout: `served one page on Node.js v${nodeVersion.version}\n`, stderr: '' })
  })

  it.each(commands)('runs the command $command of $name', { timeout: 60_000 }, async ({ command }) => {
    const script = join(project.directory, 'node_modules/.bin', command)

    const { stdout } = await runCommand(
      nodeIn(project.directory, nodeVersion),
      [script, '--help'],
      project.directory,
    )

    expect(stdout).toContain(`Usage: ${command}`)
  })
})

describe('strict TypeScript', () => {
  it.each([
    ['Express', ['express-consumer.ts']],
    ['Fastify', ['fastify-consumer.ts']],
    ['NestJS', ['--experimentalDecorators', '--emitDecoratorMetadata', 'nestjs-consumer.ts']],
    ['Next.js, whose own types skip the check', ['--skipLibCheck', 'next-consumer.ts']],
  ])('compiles with types from the tarballs alone: %s', { timeout: 60_000 }, async (_name, args) => {
    const tsc = join(repositoryRoot, 'node_modules/typescript/bin/tsc')
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node']

    const { stdout } = await runCommand(process.execPath, [tsc, ...options, ...args], project.directory)

    expect(stdout).toBe('')
  })
})

function tarballOf(name: string): string {
  const tarball = project.tarballs[name]
  if (tarball === undefined) throw new Error(`${name} was not packed`)
  return tarball
}
