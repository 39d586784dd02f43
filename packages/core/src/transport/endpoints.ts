/** Library name and version as they appear in `User-Agent`, `$lib` and `$lib_version`. */
export const libraryId = 'hedgerow-node'
/** Equal to the version in package.json; a test compares them. */
export const libraryVersion = '0.0.0'

/** `POST` target for event batches (capture v0). */
export function batchUrl(host: string): string {
  return `${host}/batch/`
}

/** `POST` target for remote flag evaluation. */
export function flagsUrl(host: string): string {
  return `${host}/flags/?v=2`
}

/** Headers of every request. */
export function commonHeaders(): Record<string, string> {
  return { 'Content-Type': 'application/json', 'User-Agent': `${libraryId}/${libraryVersion}` }
}
