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

/** `GET` target for the decrypted payload of a remote config flag. */
export function remoteConfigUrl(host: string, token: string, key: string): string {
  return `${host}/api/projects/@current/feature_flags/${encodeURIComponent(key)}/remote_config?token=${encodeURIComponent(token)}`
}

/** `GET` target for the flag definitions of a project. */
export function definitionsUrl(host: string, token: string): string {
  return `${host}/flags/definitions?token=${encodeURIComponent(token)}&send_cohorts`
}

/** Headers of every request. */
export function commonHeaders(library: Library): Record<string, string> {
  return { 'Content-Type': 'application/json', 'User-Agent': `${library.id}/${library.version}` }
}
