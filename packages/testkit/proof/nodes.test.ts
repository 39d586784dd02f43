import { existsSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeIn, nodeVersions } from '../test/packed/node-versions.ts'
import { runCommand } from '../test/packed/run-command.ts'
import { repositoryRoot } from '../test/repository/repository-root.ts'
import { createNodeProject } from './node-project.ts'

const short = process.env['HEDGEROW_PROOF'] === 'short'
const suite = 'test/conformance.test.ts'
const fiveMinutes = 300_000

/** Every line on which vitest runs; in a short run not the one on which the tests have run already. */
const versions = nodeVersions.filter(
  ({ version }) => Number.parseInt(version, 10) >= 22 && !(short && version === process.versions.node),
)

const packages = join(repositoryRoot, 'packages')
/** Nest stands on two of the others; a short run leaves its two majors to the Node.js that runs the tests. */
const adapters = readdirSync(packages).filter(
  (folder) => existsSync(join(packages, folder, suite)) && !(short && folder === 'nestjs'),
)

let project: string

beforeAll(async () => {
  project = await createNodeProject(versions)
}, fiveMinutes)

afterAll(async () => {
  if (project) await rm(project, { recursive: true })
})

it('finds the adapters', () => {
  expect(adapters).toEqual(expect.arrayContaining(['express', 'fastify']))
})

describe.each(versions)('on Node.js $version', (nodeVersion) => {
  it.each(adapters)('the adapter %s conforms', async (adapter) => {
    const vitest = join(repositoryRoot, 'node_modules/vitest/vitest.mjs')
    const node = nodeIn(project, nodeVersion)
    const start = performance.now()

    const args = [vitest, 'run', suite, '--no-color']
    const { stdout } = await runCommand(node, args, join(packages, adapter), fiveMinutes)

    const summary = /Tests +(.*)/.exec(stdout)?.[1]
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(`${adapter} on Node.js ${nodeVersion.version}: ${summary}, ${seconds} s`)
    expect(summary).toMatch(/^[1-9]\d* passed \(\d+\)$/)
  })
})
