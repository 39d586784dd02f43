/** Whether caches between server and browsers may store a response, and hand it to other visitors. */
export function isSharedResponse(cacheControl: string | undefined): boolean {
  return /\b(?:public|s-maxage)\b/i.test(cacheControl ?? '')
}
