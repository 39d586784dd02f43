import { HTTPException } from 'hono/http-exception'
import { MissingHeadersError } from './capture-v1-error.ts'
import { isUtcTimestamp } from './utc-timestamp.ts'
import { requireToken } from './token.ts'
import { isUuid } from './uuid.ts'

/** Who sent a request, from `PostHog-Sdk-Info`. */
export interface SdkLibrary {
  readonly name: string
  readonly version: string
}

const SDK_INFO = /^(.+)\/([^/]+)$/

const REQUIRED_HEADERS: ReadonlyArray<readonly [string, (value: string) => boolean, string]> = [
  [
    'PostHog-Sdk-Info',
    (value) => SDK_INFO.test(value),
    'name and version of the library with a slash between',
  ],
  ['PostHog-Attempt', (value) => /^[1-9]\d*$/.test(value), 'a whole number of at least 1'],
  ['PostHog-Request-Id', isUuid, 'a UUID'],
  ['PostHog-Request-Timestamp', isUtcTimestamp, 'an RFC 3339 timestamp in UTC'],
]

/**
 * Checks what a request to capture v1 says before its body.
 *
 * @throws HTTPException 401 for the project token, 415 for another type than JSON, 400 for one of capture v1's own.
 */
export function requireCaptureV1Headers(headers: Headers): { library: SdkLibrary } {
  requireBearerToken(headers.get('authorization') ?? '')
  if (!/^application\/json\s*(?:;|$)/i.test(headers.get('content-type') ?? '')) {
    throw new HTTPException(415, { message: 'The body must be JSON; send Content-Type: application/json.' })
  }
  for (const [name, isWellFormed, form] of REQUIRED_HEADERS) {
    const value = headers.get(name) ?? ''
    if (value === '') throw new MissingHeadersError(`The header ${name} is missing; send ${form}.`)
    if (!isWellFormed(value)) throw new MissingHeadersError(`The header ${name} must be ${form}.`)
  }
  const [, name = '', version = ''] = SDK_INFO.exec(headers.get('posthog-sdk-info') ?? '') ?? []
  return { library: { name, version } }
}

function requireBearerToken(authorization: string): void {
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
  if (token === undefined) {
    throw new HTTPException(401, {
      message: 'The project token is missing; send Authorization: Bearer with the key that begins with phc_.',
    })
  }
  requireToken(token)
}
