import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Lets a page of another origin read the answers, as PostHog's servers do.
 *
 * @returns whether the request was a browser's question about that, and is answered.
 */
export function allowCrossOrigin({ method, headers }: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = headers
  if (origin === undefined) return false
  response.setHeader('access-control-allow-origin', origin)
  const asked = headers['access-control-request-headers']
  if (method !== 'OPTIONS') return false
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, POST',
    ...(asked && { 'access-control-allow-headers': asked }),
  })
  response.end()
  return true
}
