import { defineConfig, mergeConfig } from 'vitest/config'
import { base } from '../../vitest.base.ts'
import { nestMajors } from './test/nest-majors.ts'

const projects = Object.entries(nestMajors).map(([name, alias]) =>
  mergeConfig(
    base,
    defineConfig({
      test: { name, env: { NEST: name } },
      resolve: { alias },
      oxc: { decorator: { legacy: true } },
    }),
  ),
)

export default defineConfig({ test: { projects } })
