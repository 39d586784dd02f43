import { cookiePlaceOf } from './cookies.ts'
import type { ResponseCookies } from './request-facts.ts'
import { isSharedResponse } from './shared-cache.ts'

/** Keeps the cookies of a response that does not exist yet. */
export interface PendingCookies extends ResponseCookies {
  /**
   * To be called once, when the response is there: no cookie is taken after that.
   *
   * @returns the `Set-Cookie` lines to add to it; none where shared caches may store it.
   */
  commit(cacheControl: string | undefined): readonly string[]
  /** Lines for the request that goes on alone, as of `commit`. */
  readonly forwarded: readonly string[]
}

/** For frameworks whose handlers return the response as a value. */
export function pendingCookies(): PendingCookies {
  const lines = new Map<string, string>()
  const forwarded: string[] = []
  const lastCalls: (() => void)[] = []
  let isCommitted = false
  return {
    forwarded,
    forwardCookie: (line) => void forwarded.push(line),
    beforeHeaders(callback) {
      lastCalls.push(callback)
    },
    setCookie(line) {
      if (!isCommitted) lines.set(cookiePlaceOf(line), line)
      return !isCommitted
    },
    commit(cacheControl) {
      for (const call of lastCalls) call()
      isCommitted = true
      return isSharedResponse(cacheControl) ? [] : [...lines.values()]
    },
  }
}
