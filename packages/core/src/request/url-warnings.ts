import type { OneTimeWarnings } from './one-time-warnings.ts'

/** @param problem of a rule of the application, as in `threw`. */
export function warnOfSecretRule(warnings: OneTimeWarnings, problem: string): void {
  warnings.warn(
    'secret-rule-failed',
    () =>
      `a function in urls.secrets ${problem}, so what it was asked about is masked; it must answer true or false at once, for any text`,
  )
}
