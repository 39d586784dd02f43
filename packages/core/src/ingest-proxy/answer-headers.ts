/** All that passes back: nothing that sets a cookie, changes the app's own policies, or belongs to one connection. */
const passed = [
  'content-type',
  'content-length',
  'content-disposition',
  'content-language',
  'cache-control',
  'expires',
  'etag',
  'last-modified',
  'vary',
  'age',
  'retry-after',
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-expose-headers',
  'access-control-max-age',
  'cross-origin-resource-policy',
  'timing-allow-origin',
]

/** Opened as a page of the app's own origin, an answer must not be able to run anything there. */
const inert = {
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
}

/** The headers of an upstream answer as they go to the browser, for a body that `fetch` has decoded. */
export function answerHeaders(headers: Headers): Headers {
  const kept = new Headers(inert)
  const isEncoded = isDecodedByFetch(headers)
  for (const name of passed) {
    const value = headers.get(name)
    // Of an encoded body it is the length before decoding.
    if (value !== null && !(isEncoded && name === 'content-length')) kept.set(name, value)
  }
  return kept
}

/** Whether the body can be passed on: as it is, or in an encoding that every `fetch` decodes. */
export function hasKnownEncoding(headers: Headers): boolean {
  return (
    (headers.get('content-encoding') ?? 'identity').trim().toLowerCase() === 'identity' ||
    isDecodedByFetch(headers)
  )
}

function isDecodedByFetch(headers: Headers): boolean {
  const encodings = headers.get('content-encoding')?.toLowerCase().split(',') ?? []
  return encodings.length > 0 && encodings.every((name) => /^\s*(?:x-)?(?:gzip|deflate|br)\s*$/.test(name))
}
