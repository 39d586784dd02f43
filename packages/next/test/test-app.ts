import { join } from 'node:path'
import { createNextApp, type NextApp } from 'testkit'

const packages = join(import.meta.dirname, '../..')

/** The application in `app/`, with this package and core as they were built. */
export function testApp(): Promise<NextApp> {
  return createNextApp(join(import.meta.dirname, 'app'), {
    '@hedgerow/core': join(packages, 'core'),
    '@hedgerow/next': join(packages, 'next'),
  })
}
