import { ConfigError } from '../errors.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Runtime } from '../runtime.ts'
import { commonHeaders, type Library, remoteConfigUrl } from '../transport/endpoints.ts'
import { exchange } from '../transport/http-transport.ts'

/**
 * The decrypted payload of a remote config flag; undefined when PostHog does not give it.
 *
 * @throws ConfigError for a client without a secret key.
 */
export async function fetchRemoteConfig(
  key: string,
  { options, runtime, library }: { options: ResolvedOptions; runtime: Runtime; library: Library },
): Promise<unknown> {
  const { secretKey, host, token, requestTimeout, disabled } = options
  if (secretKey === undefined) throw new ConfigError('getRemoteConfigPayload needs the secretKey option')
  if (disabled) return undefined
  const result = await exchange(runtime, {
    url: remoteConfigUrl(host, token, key),
    method: 'GET',
    headers: { ...commonHeaders(library), Authorization: `Bearer ${secretKey}` },
    timeoutMs: requestTimeout,
    read: 'json',
  })
  return result.status === undefined ? undefined : decodedTwice(result.json)
}

/** The server sends JSON text inside JSON. */
function decodedTwice(json: unknown): unknown {
  if (typeof json !== 'string') return json
  try {
    return JSON.parse(json)
  } catch {
    return json
  }
}
