import type { RequestScope } from '@hedgerow/core'

type ScopesByName = Map<string, RequestScope>

/** In the global registry, so that the decorators of one installed copy find what the module of another has noted. */
const scopesKey = Symbol.for('hedgerow.nestjs.scopes')
const none: ReadonlyMap<string, RequestScope> = new Map()

/** The scopes of all clients that were noted on a request, or on what a message has of its own. */
export function scopesOn(object: object): ReadonlyMap<string, RequestScope> {
  return notesOf(object) ?? none
}

/** Notes the scope of a client; in the place of an earlier one of the same name. */
export function noteScope(object: object, name: string, scope: RequestScope): void {
  const scopes = notesOf(object)
  if (scopes) scopes.set(name, scope)
  // Out of sight of whoever lists, copies or prints a request.
  else Reflect.defineProperty(object, scopesKey, { value: new Map([[name, scope]]) })
}

/** Its own: a request of the platform may inherit from another object that has notes. */
function notesOf(object: object): ScopesByName | undefined {
  return Object.hasOwn(object, scopesKey)
    ? (Reflect.get(object, scopesKey) as ScopesByName | undefined)
    : undefined
}
