import type { MemoryOutcome } from './browser-memory.ts'
import type { ResolverProblem } from './identity.ts'
import type { OneTimeWarnings } from './one-time-warnings.ts'

/** What is wrong with a consent callback. */
export type ConsentProblem = 'threw' | 'rejected' | 'no-answer' | 'slow'

/** Says once why a browser does not remember a visitor. */
export function warnOfMemory(warnings: OneTimeWarnings, outcome: MemoryOutcome): void {
  if (outcome === 'headers-sent') {
    warnings.warn(
      'cookie-too-late',
      () =>
        'a visitor got no cookie, because their identity was first needed after the response headers had gone out; read distinctId or flags, or call identify(), earlier',
    )
  } else if (outcome === 'unknown-domain') {
    warnings.warn(
      'cookie-domain',
      () =>
        'the browser SDK is not given the ids of new visitors on this host, because the domain of its cookie is not known; set identity.cookieDomain to your registrable domain, such as example.com',
    )
  }
}

/** Says once of each kind what is wrong with the application's resolver. @param deadlineMs for which it is waited. */
export function warnOfResolver(
  warnings: OneTimeWarnings,
  problem: ResolverProblem | 'slow',
  deadlineMs: number,
): void {
  const what = {
    threw: 'threw',
    rejected: 'rejected',
    'no-id': 'answered something that is no id of a user',
    slow: `did not answer within ${deadlineMs} ms`,
  }[problem]
  warnings.warn(
    'resolver-failed',
    () =>
      `identity.resolve ${what}, so the visitor is who their browser says instead; it must answer an id or nothing, also for requests that are not signed in`,
    problem,
  )
}

/** Says once of each kind what is wrong with the application's consent callback. @param deadlineMs for which it is waited. */
export function warnOfConsent(warnings: OneTimeWarnings, problem: ConsentProblem, deadlineMs: number): void {
  const what = {
    threw: 'threw, so nothing about the visitor was captured or remembered',
    rejected: 'rejected, so nothing about the visitor was captured or remembered',
    slow: `did not answer within ${deadlineMs} ms, so nothing about the visitor is captured or remembered until it does`,
    'no-answer': 'answered something else than yes or no, so what the browser says counts',
  }[problem]
  warnings.warn(
    'consent-failed',
    () => `consent.resolve ${what}; it must answer true, false or undefined for every request`,
    problem,
  )
}
