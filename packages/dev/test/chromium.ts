import { existsSync } from 'node:fs'

const path = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
const found = existsSync(path)
const required = (process.env['HEDGEROW_REQUIRE'] ?? '').split(',').includes('chromium')

if (!found && !required) console.warn(`Browser tests do not run: no Chromium at ${path} (set CHROMIUM_PATH).`)

/** Where Chromium should be; with `HEDGEROW_REQUIRE=chromium` its absence fails the tests instead of skipping them. */
export const chromiumPath = path

/** Whether browser tests have to be left out on this machine, which is said once on the console. */
export const chromiumMissing = !found && !required

/** Keeps the browser offline, quiet and able to run as root in a container. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
