import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createNextApp, type NextApp } from 'testkit'

const packages = join(import.meta.dirname, '../..')

/** The versions of Next.js that everything is tested with. */
export type NextMajor = 15 | 16

/** The application in `app/`, with this package and core as they were built. */
export async function testApp(major: NextMajor = 16): Promise<NextApp> {
  const app = await createNextApp(
    join(import.meta.dirname, 'app'),
    { '@hedgerow/core': join(packages, 'core'), '@hedgerow/next': join(packages, 'next') },
    join(import.meta.dirname, major === 15 ? 'next15/package.json' : '../package.json'),
  )
  if (major === 15) await renameProxy(app.directory)
  return app
}

/** Before Next.js 16 a proxy was called middleware. */
async function renameProxy(directory: string): Promise<void> {
  const proxy = await readFile(join(directory, 'proxy.js'), 'utf8')
  await writeFile(join(directory, 'middleware.js'), proxy.replace('function proxy', 'function middleware'))
  await rm(join(directory, 'proxy.js'))
}
