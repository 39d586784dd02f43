import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Answer } from './answer.ts'
import { flagsAnswer } from './flags-answer.ts'
import type { ScriptedServer } from './scripted-server.ts'

/** Scripts that the page loads, and those that the SDK then loads by its own version. */
const scripts = ['array.js', 'lazy-recorder.js', 'surveys.js']

/** What PostHog tells the browser SDK about a project: replay on, nothing that asks for more scripts. */
const remoteConfig = {
  supportedCompression: ['gzip', 'gzip-js'],
  analytics: { endpoint: '/i/v0/e/' },
  sessionRecording: { endpoint: '/s/', recorderVersion: 'v2', version: 'v2' },
  hasFeatureFlags: true,
  autocapture_opt_out: true,
  capturePerformance: false,
  defaultIdentifiedOnly: true,
  elementsChainAsString: true,
  heatmaps: false,
  isAuthenticated: false,
  siteApps: [],
  surveys: false,
}

/**
 * Has a server answer all that posthog-js asks, its own scripts included, which are those of the npm package.
 *
 * @param prefix where the calls come in, such as `/ingest`; default none
 */
export async function scriptBrowserSdk(server: ScriptedServer, token: string, prefix = ''): Promise<void> {
  const manifest = createRequire(import.meta.url).resolve('posthog-js/package.json')
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string }
  for (const name of scripts) {
    const script: Answer = {
      status: 200,
      body: await readFile(join(dirname(manifest), 'dist', name), 'utf8'),
      headers: { 'content-type': 'application/javascript', 'cache-control': 'public, max-age=14400' },
    }
    for (const path of [name, `${version}/${name}`]) server.always(`${prefix}/static/${path}`, script)
  }
  const config = JSON.stringify({ ...remoteConfig, token })
  server.always(`${prefix}/array/${token}/config`, { status: 200, body: { ...remoteConfig, token } })
  server.always(`${prefix}/array/${token}/config.js`, {
    status: 200,
    body: `(window._POSTHOG_REMOTE_CONFIG ||= {})['${token}'] = { config: ${config}, siteApps: [] }`,
    headers: { 'content-type': 'application/javascript', 'cache-control': 'public, max-age=300' },
  })
  for (const path of ['/e/', '/i/v0/e/', '/s/'])
    server.always(prefix + path, { status: 200, body: { status: 'Ok' } })
  server.always(`${prefix}/flags/`, ({ body }) => ({ status: 200, body: flagsAnswer(server.flags, body) }))
}
