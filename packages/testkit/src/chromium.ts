import { existsSync } from 'node:fs'

/** The Chromium that browser tests run in. `executablePath` and `args` are what Playwright's `launch` takes. */
export interface Chromium {
  readonly executablePath: string
  /** They keep the browser offline, quiet and able to run as root in a container. */
  readonly args: string[]
  /** Browser tests have to be left out on this machine. */
  readonly isMissing: boolean
}

/**
 * Finds Chromium at `CHROMIUM_PATH`, else where Debian has it. Where there is none it says so once on the console; with
 * `HEDGEROW_REQUIRE=chromium` it counts as there, so that the tests fail instead of being left out.
 */
export function findChromium(): Chromium {
  const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
  const isRequired = (process.env['HEDGEROW_REQUIRE'] ?? '').split(',').includes('chromium')
  const isMissing = !isRequired && !existsSync(executablePath)
  if (isMissing)
    console.warn(`Browser tests do not run: no Chromium at ${executablePath} (set CHROMIUM_PATH).`)
  return {
    executablePath,
    isMissing,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  }
}
