import type { RequestScope } from '@hedgerow/core'
import { createNotes } from '@hedgerow/core/adapter'

type ScopesByName = Map<string, RequestScope>

const scopesByName = createNotes<ScopesByName>()
const none: ReadonlyMap<string, RequestScope> = new Map()

/** The scopes of all clients that were noted on a request, or on what a message has of its own. */
export function scopesOn(object: object): ReadonlyMap<string, RequestScope> {
  return scopesByName.get(object) ?? none
}

/** Notes the scope of a client; in the place of an earlier one of the same name. */
export function noteScope(object: object, name: string, scope: RequestScope): void {
  const scopes = scopesByName.get(object)
  if (scopes) scopes.set(name, scope)
  else scopesByName.set(object, new Map([[name, scope]]))
}
