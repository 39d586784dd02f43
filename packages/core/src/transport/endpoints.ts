/** Who is sending, as it appears in `User-Agent`, `$lib` and `$lib_version`. */
export interface Library {
  readonly id: string
  readonly version: string
}

/** Hedgerow itself; the version is equal to the one in package.json, and a test compares them. */
export const hedgerowLibrary: Library = { id: 'hedgerow-node', version: '0.0.0' }

/** `POST` target for event batches of capture v0. */
export function batchUrl(host: string): string {
  return `${host}/batch/`
}

/** `POST` target for event batches of capture v1. */
export function v1BatchUrl(host: string): string {
  return `${host}/i/v1/analytics/events`
}

/** `POST` target for remote flag evaluation. */
export function flagsUrl(host: string): string {
  return `${host}/flags/?v=2`
}

/** Headers of every request. */
export function commonHeaders(library: Library): Record<string, string> {
  return { 'Content-Type': 'application/json', 'User-Agent': `${library.id}/${library.version}` }
}
