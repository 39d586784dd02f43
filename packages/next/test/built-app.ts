import { join } from 'node:path'
import { createNextApp, type NextApp } from 'testkit'

const packages = join(import.meta.dirname, '../..')

/** The application in a folder beside this file, with this package and core as they were built. */
export function builtApp(folder: string): Promise<NextApp> {
  return createNextApp(join(import.meta.dirname, folder, 'app'), {
    '@hedgerow/core': join(packages, 'core'),
    '@hedgerow/next': join(packages, 'next'),
  })
}
