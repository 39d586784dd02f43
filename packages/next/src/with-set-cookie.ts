/** The response with more cookies: the same one, unless its headers cannot be changed, as those of a fetched one. */
export function withSetCookie<Answer extends Response>(response: Answer, lines: readonly string[]): Answer {
  if (lines.length === 0) return response
  try {
    for (const line of lines) response.headers.append('set-cookie', line)
    return response
  } catch {
    const { status, statusText } = response
    const copy = new Response(response.body, { status, statusText, headers: response.headers })
    // Responses with headers of their own kind are made by `Response` itself.
    return withSetCookie(copy as Answer, lines)
  }
}
