import { ConfigError } from '../errors.ts'
import { wrongType } from '../option-reader.ts'

const shortestSecret = 32

/** The secrets of `identity.secret`, the signing one first. @throws ConfigError, which never contains a secret. */
export function cookieSecretsFrom(value: unknown): readonly string[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) return [secretFrom('identity.secret', value)]
  const list: readonly unknown[] = value
  if (list.length === 0) {
    throw new ConfigError(
      'identity.secret must hold at least one secret, got an empty list; leave it out instead',
    )
  }
  return list.map((secret, index) => secretFrom(`identity.secret[${index}]`, secret))
}

function secretFrom(name: string, value: unknown): string {
  const expected = `a random text of at least ${shortestSecret} characters`
  if (typeof value !== 'string') throw wrongType(name, expected, value)
  if (value.length < shortestSecret) {
    throw new ConfigError(
      `${name} must be ${expected}, got ${value.length}; make one with: openssl rand -base64 32`,
    )
  }
  return value
}
