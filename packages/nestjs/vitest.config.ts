import { createRequire } from 'node:module'
import { defineConfig, mergeConfig } from 'vitest/config'
import { base } from '../../vitest.base.ts'

/** Nest 11 stands apart from Nest 12, with peers of its own; every import of Nest in a test of it goes there. */
const nest11 = createRequire(new URL('test/nest11/package.json', import.meta.url))
const packages = ['common', 'core', 'platform-express', 'platform-fastify', 'terminus', 'testing']

function project(name: string, alias: Record<string, string>) {
  return mergeConfig(
    base,
    defineConfig({
      test: { name, env: { NEST: name } },
      resolve: { alias },
      oxc: { decorator: { legacy: true } },
    }),
  )
}

export default defineConfig({
  test: {
    projects: [
      project('Nest 12', {}),
      project(
        'Nest 11',
        Object.fromEntries(packages.map((name) => [`@nestjs/${name}`, nest11.resolve(`@nestjs/${name}`)])),
      ),
    ],
  },
})
