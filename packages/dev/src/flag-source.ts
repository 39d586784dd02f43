import { readFileSync, statSync } from 'node:fs'
import { DevServerError } from './dev-server-error.ts'
import { flagFileFrom } from './flag-file.ts'
import { LoadedFlags } from './loaded-flags.ts'

/** Gives the flags as they are at this moment. It never throws. */
export type FlagSource = () => LoadedFlags

/**
 * Flags from a file that the developer may edit while the server runs.
 *
 * Every call looks at the file's time and size and reads it again when they changed. A broken or missing file
 * keeps the last good flags and logs one line.
 *
 * @throws DevServerError with code `invalid-flags` when the file cannot be used at the start.
 */
export function flagsFromFile(path: string, log: (line: string) => void): FlagSource {
  let seen = fingerprintOf(path)
  let flags = readFlags(path)

  // Synchronous on purpose: two requests at once must not read the file in two states.
  return () => {
    const fingerprint = fingerprintOf(path)
    if (fingerprint === seen) return flags
    seen = fingerprint
    try {
      flags = readFlags(path)
      log(`${path}: changed, ${flags.size === 1 ? '1 flag' : `${flags.size} flags`} loaded`)
    } catch (error) {
      log(`${error instanceof Error ? error.message : String(error)}; the last good flags stay in use`)
    }
    return flags
  }
}

function fingerprintOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats ? `${stats.mtimeMs}:${stats.size}` : 'missing'
}

function readFlags(path: string): LoadedFlags {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
    throw new DevServerError('invalid-flags', `${path}: the flags file cannot be read (${reason})`, { cause })
  }
  let file: unknown
  try {
    file = JSON.parse(text)
  } catch (cause) {
    // V8 quotes a part of the file in its message, line breaks included.
    const reason = String(cause).replace(/\s+/g, ' ')
    throw new DevServerError('invalid-flags', `${path}: not valid JSON (${reason})`, { cause })
  }
  return new LoadedFlags(flagFileFrom(file, path))
}
