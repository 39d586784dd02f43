import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NextRequest } from 'next/server.js'
import { documentHeaders, type ScriptedServer, startScriptedServer } from 'testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createHedgerow, type HedgerowNextOptions, type NextHedgerow } from '../src/index.ts'

let posthog: ScriptedServer
let distDir: string
const lines: string[] = []

beforeEach(async () => {
  posthog = await startScriptedServer()
  distDir = await mkdtemp(join(tmpdir(), 'hedgerow-next-'))
  lines.length = 0
})

afterEach(async () => {
  await posthog.close()
  await rm(distDir, { recursive: true })
})

function start(options: HedgerowNextOptions & { readonly client?: undefined } = {}): NextHedgerow {
  const runtime = { log: (_level: string, line: string) => void lines.push(line) }
  const hedgerow = createHedgerow({ token: 'phc_test', host: posthog.url, distDir, runtime, ...options })
  hedgerow.register()
  return hedgerow
}

it('a pageview names its route, below the base path and locales of the build', async () => {
  const manifest = {
    version: 3,
    basePath: '/web',
    i18n: { locales: ['en', 'fr'], defaultLocale: 'en' },
    staticRoutes: [{ page: '/' }, { page: '/about' }],
    dynamicRoutes: [{ page: '/(.)photo/[id]' }, { page: '/photo/[id]' }],
  }
  await writeFile(join(distDir, 'routes-manifest.json'), JSON.stringify(manifest))
  const { proxy } = start()

  for (const path of ['/web', '/web/fr/about/', '/web/photo/7', '/web/nowhere']) {
    await proxy(new NextRequest(`http://localhost${path}`, { headers: documentHeaders }))
  }
  await posthog.waitFor(() => posthog.events().length === 4)

  const routes = posthog.events().map(({ properties }) => properties['$route'])
  expect(routes).toEqual(['/', '/about', '/photo/[id]', undefined])
  expect(lines).toEqual([])
})

it.each([undefined, 'no JSON', '[]', '{ "staticRoutes": 7, "dynamicRoutes": [null, {}] }'])(
  'a build whose routes cannot be read (%j) keeps nobody from starting',
  async (manifest) => {
    if (manifest !== undefined) await writeFile(join(distDir, 'routes-manifest.json'), manifest)

    const { proxy } = start()
    await proxy(new NextRequest('http://localhost/', { headers: documentHeaders }))
    await posthog.waitFor(() => posthog.events().length === 1)

    expect(posthog.events()[0]).toMatchObject({ event: '$pageview' })
  },
)

it('a missing build is said once, with what to do', () => {
  const { register } = start()
  register()

  expect(lines).toEqual([expect.stringContaining('start the server in the folder of the application')])
})

it('definitions of flags are loaded before the first visitor, where they are evaluated here', async () => {
  start({ token: 'phc_other' })
  start({ secretKey: 'phx_test' })

  await posthog.waitFor(() => posthog.requests.length > 0)

  expect(posthog.requests.map(({ path }) => path.split('?')[0])).toEqual(['/flags/definitions'])
})
