import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createNestProject } from './nest-project.ts'
import { packTo, publicPackages } from './public-packages.ts'
import { repositoryRoot } from '../repository/repository-root.ts'
import { runCommand } from './run-command.ts'

const fiveMinutes = 300_000
const folders: string[] = []
/** CommonJS with the oldest Nest and RxJS that the package supports, tested with Jest as new projects of Nest are. */
let oldest: string
/** Modules, with the newest Nest. */
let newest: string

beforeAll(async () => {
  const packed = await mkdtemp(join(tmpdir(), 'hedgerow-nest-packed-'))
  folders.push(packed)
  const tarballs: Record<string, string> = {}
  for (const found of publicPackages()) {
    if (['@hedgerow/core', '@hedgerow/nestjs'].includes(found.name)) {
      tarballs[found.name] = `file:${await packTo(packed, found)}`
    }
  }
  const projects = await Promise.all([
    createNestProject({
      type: 'commonjs',
      dependencies: { ...tarballs, ...nest('11.1.4', '11.0.0'), rxjs: '7.5.5', ...jest },
      manifest: { jest: jestConfig },
    }),
    createNestProject({
      type: 'module',
      dependencies: { ...tarballs, ...nest('^12.5.1', '^12.1.0'), rxjs: '^7.8.2' },
    }),
  ])
  folders.push(...projects)
  ;[oldest, newest] = projects
}, fiveMinutes)

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true })
})

describe.each([
  ['a CommonJS application of Nest 11.1.4', () => oldest, 'cjs'],
  ['an application of Nest 12 in modules', () => newest, 'esm'],
])('P17: %s', (_name, project, format) => {
  it('is built by tsc from the types in the tarballs, and serves a page', { timeout: 120_000 }, async () => {
    const compiler = format === 'cjs' ? project() : repositoryRoot
    const tsc = join(compiler, 'node_modules/typescript/bin/tsc')

    const { stdout } = await runCommand(process.execPath, [tsc], project())
    const output = await runCommand(process.execPath, ['tsc/main.js'], project())

    expect(stdout).toBe('')
    expect(output).toEqual(servedOnePage)
  })

  it('is built by esbuild, without metadata, and serves a page', { timeout: 120_000 }, async () => {
    const esbuild = join(import.meta.dirname, '../../node_modules/esbuild/bin/esbuild')
    const args = ['src/main.ts', 'src/app.ts', `--format=${format}`, '--outdir=esbuild']

    await runCommand(esbuild, args, project())
    const output = await runCommand(process.execPath, ['esbuild/main.js'], project())

    expect(output).toEqual(servedOnePage)
  })
})

it(
  'a Nest 11 project tests with Jest on Node.js 24, configured as the README says',
  { timeout: 120_000 },
  async () => {
    const args = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js']

    const { stderr } = await runCommand(process.execPath, args, oldest)

    expect(stderr).toMatch(/Tests: +1 passed, 1 total/)
  },
)

const servedOnePage = { stdout: `served one page on Node.js ${process.version}\n`, stderr: '' }

const jest = { jest: '^30.5.2', 'ts-jest': '^29.4.15', typescript: '^5.9.3' }

const jestConfig = {
  rootDir: 'src',
  moduleFileExtensions: ['js', 'json', 'ts'],
  moduleNameMapper: { '^(\\.\\.?/.*)\\.js$': '$1' },
  testRegex: '.*\\.spec\\.ts$',
  transform: { '^.+\\.(t|j)s$': 'ts-jest' },
  testEnvironment: 'node',
}

function nest(version: string, companions: string): Record<string, string> {
  return {
    '@nestjs/common': version,
    '@nestjs/core': version,
    '@nestjs/platform-express': version,
    '@nestjs/terminus': companions,
    '@nestjs/testing': companions,
    '@types/node': '^22.20.0',
    'reflect-metadata': '^0.2.2',
  }
}
