import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  createNextApp,
  documentHeaders,
  type NextApp,
  type RunningNextApp,
  type ScriptedServer,
  send,
  startScriptedServer,
  visitorCookie,
} from 'testkit'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'

const packages = join(import.meta.dirname, '../..')
const patience = { timeout: 60_000, interval: 50 }

let posthog: ScriptedServer
let app: NextApp
let running: RunningNextApp

beforeAll(async () => {
  posthog = await startScriptedServer()
  posthog.always('/flags/definitions', {
    status: 200,
    headers: { etag: '"one"' },
    body: { flags: [], group_type_mapping: {}, cohorts: {} },
  })
  app = await createNextApp(join(import.meta.dirname, 'reload/app'), {
    '@hedgerow/core': join(packages, 'core'),
    '@hedgerow/next': join(packages, 'next'),
  })
  running = await app.develop({ POSTHOG_KEY: 'phc_test', POSTHOG_HOST: posthog.url })
}, 60_000)

afterAll(async () => {
  await running?.stop()
  await posthog?.close()
  await app?.remove()
})

/** How many visits were made, each of which is one `$pageview` and one `seen`. */
let visits = 0

async function visit(): Promise<string> {
  visits += 1
  const { body } = await send(running.url, { headers: { ...documentHeaders, ...visitorCookie('developer') } })
  return body
}

async function edit(file: string, before: string, after: string): Promise<void> {
  const path = join(app.directory, file)
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace(before, after))
}

/** By which version of the application each request for definitions was made; the first ones of clients alone, if told so. */
function polls({ first = false } = {}): string[] {
  const calls = posthog.requests.filter(({ path }) => path.startsWith('/flags/definitions'))
  const asked = first ? calls.filter(({ headers }) => headers['if-none-match'] === undefined) : calls
  return asked.map(({ headers }) => String(headers.authorization).replace('Bearer phs_version_', ''))
}

function counts(): Record<string, number> {
  const names = posthog.events().map(({ event }) => event)
  return Object.fromEntries(
    [...new Set(names)].map((name) => [name, names.filter((one) => one === name).length]),
  )
}

it('pages that are edited again and again share one client', { timeout: 120_000 }, async () => {
  await visit()
  for (let edition = 1; edition <= 4; edition++) {
    await edit('app/page.js', `edition = ${edition - 1}`, `edition = ${edition}`)
    await vi.waitFor(async () => expect(await visit()).toContain(`edition ${edition};`), patience)
  }
  await send(`${running.url}/version`)
  await posthog.waitFor(() => posthog.events().length >= 2 * visits + 1)

  expect(polls({ first: true })).toEqual(['0'])
})

it(
  'a changed client takes the place of the one before, which is closed when it has sent what it held',
  { timeout: 120_000 },
  async () => {
    for (let version = 1; version <= 3; version++) {
      await edit('hedgerow.js', `version = ${version - 1}`, `version = ${version}`)
      await vi.waitFor(async () => {
        await visit()
        expect(polls().at(-1)).toBe(String(version))
      }, patience)
    }
    await send(`${running.url}/version`)
    const before = polls().length
    await posthog.waitFor(() => polls().length >= before + 8)

    expect(polls({ first: true })).toEqual(['0', '1', '2', '3'])
    expect(new Set(polls().slice(before))).toEqual(new Set(['3']))
  },
)

it('no event of all that was lost or came twice', async () => {
  await posthog.waitFor(() => posthog.events().length >= 2 * visits + 2)

  expect(counts()).toEqual({ $pageview: visits, seen: visits, asked: 2 })
  const ids = posthog.events().map(({ uuid }) => uuid)
  expect(new Set(ids).size).toBe(ids.length)
})
