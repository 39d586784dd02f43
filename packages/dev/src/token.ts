import { HTTPException } from 'hono/http-exception'

const MAX_TOKEN_BYTES = 64
const NON_ASCII = /[^\0-\x7f]/

/**
 * Checks a project token as PostHog's servers do: text, not empty, ASCII, at most 64 bytes, not a personal key.
 * Every token that has this form is accepted, because there is no account to look it up in.
 *
 * @throws HTTPException 401 that says what is wrong, without the token itself.
 */
export function requireToken(token: unknown): void {
  const problem = problemWith(token)
  if (problem !== undefined) throw new HTTPException(401, { message: problem })
}

/**
 * Checks that a request speaks for exactly one project.
 *
 * @param tokens every token found in it; members that are `undefined` or `null` count as absent.
 * @throws HTTPException 401 when there is none, a malformed one, or more than one.
 */
export function requireOneToken(tokens: readonly unknown[]): void {
  const distinct = new Set(tokens.filter((token) => token !== undefined && token !== null))
  for (const token of distinct) requireToken(token)
  if (distinct.size === 0) requireToken(undefined)
  if (distinct.size > 1) {
    throw new HTTPException(401, {
      message: `The request carries ${distinct.size} different project tokens; send one project per request.`,
    })
  }
}

function problemWith(token: unknown): string | undefined {
  if (token === undefined || token === null) {
    return 'The project token is missing; send it as api_key or token.'
  }
  if (typeof token !== 'string') return `The project token must be a string, got ${typeof token}.`
  if (token === '') return 'The project token is empty; send the project API key that begins with phc_.'
  if (NON_ASCII.test(token)) return 'The project token must be ASCII.'
  if (token.length > MAX_TOKEN_BYTES) {
    return `The project token must be at most ${MAX_TOKEN_BYTES} bytes, got ${token.length}.`
  }
  if (token.startsWith('phx_')) {
    return 'A personal API key (phx_) was sent as the project token; send the project API key (phc_).'
  }
  return undefined
}
