/**
 * A project token by PostHog's own rule: at most 64 visible ASCII characters, and never a secret key. A `problem` says
 * why a client cannot work with what was given.
 */
export function projectToken(value: unknown): { token: string; problem: string | undefined } {
  const token = typeof value === 'string' ? value.trim() : ''
  const nothing = 'so nothing will be captured; pass the project token (phc_…) of your PostHog project'
  if (token === '') return { token, problem: `the project token is missing or blank, ${nothing}` }
  if (/^ph[xs]_/.test(token)) {
    return { token: '', problem: `the project token is a secret key (phx_ or phs_), ${nothing}` }
  }
  if (token.length > 64 || /[^\x21-\x7e]/.test(token)) {
    return {
      token: '',
      problem: `the project token is no token (at most 64 visible ASCII characters), ${nothing}`,
    }
  }
  return { token, problem: undefined }
}
