/** How the digests begin with which Next.js marks errors that are none: redirects, error pages, bailouts of a prerender. */
const marks = [
  'NEXT_REDIRECT',
  'NEXT_NOT_FOUND',
  'NEXT_HTTP_ERROR_FALLBACK',
  'DYNAMIC_SERVER_USAGE',
  'BAILOUT_TO_CLIENT_SIDE_RENDERING',
  'HANGING_PROMISE_REJECTION',
]

/** Whether Next.js throws this to itself: nobody else may catch it. */
export function isControlFlow(thrown: unknown): boolean {
  const digest = digestOf(thrown)
  return digest !== undefined && marks.some((mark) => digest.startsWith(mark))
}

/** The digest of an error, by which Next.js knows it again. */
export function digestOf(thrown: unknown): string | undefined {
  const digest: unknown = typeof thrown === 'object' && thrown !== null && 'digest' in thrown && thrown.digest
  return typeof digest === 'string' ? digest : undefined
}
