import type { VisitorIdentity } from './identity.ts'
import type { PersonProfiles } from './request-options.ts'

/**
 * Whether events of this visitor count for a person. Never for what a client sent unsigned, whatever the mode: anybody
 * could write into anybody's person.
 *
 * @param isRemembered whether the visitor can come back under the same id; an id of one request would be a person each.
 */
export function hasPerson(mode: PersonProfiles, identity: VisitorIdentity, isRemembered: boolean): boolean {
  if (mode === 'never') return false
  if (identity.isIdentified) return true
  const isOurs = identity.source === 'signed-cookie' || (identity.source === 'minted' && isRemembered)
  return mode === 'always' && isOurs
}
