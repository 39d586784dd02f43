import { mergeConfig } from 'vitest/config'
import { base } from '../../vitest.base.ts'

const config = mergeConfig(base, { test: { fileParallelism: false, testTimeout: 600_000 } })
config.test.include = ['proof/**/*.test.ts']

export default config
