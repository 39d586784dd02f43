import { ownMembers } from '../own-members.ts'
import { distinctIdProblem, usableDistinctId } from './distinct-id.ts'
import type { Consented, ScopeClient } from './ports.ts'
import type { ResolvedRequestOptions } from './request-options.ts'
import type { IdentifyProperties } from './request-scope.ts'
import type { ScopeEvents } from './scope-events.ts'
import { usableGroupText, withGroup } from './scope-groups.ts'
import type { ScopeWarnings } from './scope-warnings.ts'
import type { ScopedEvent } from './scoped-event.ts'
import type { Visitor } from './visitor.ts'

/** What the changes of a visitor go to. */
export interface VisitorChangesParts {
  readonly client: Pick<ScopeClient, 'push'>
  readonly options: Pick<ResolvedRequestOptions, 'personProfiles'>
  readonly consent: Consented
  readonly visitor: Visitor
  readonly events: ScopeEvents
  readonly warn: ScopeWarnings
  /** Loads the flags of who the visitor is by now, if they are in use. Never rejects. */
  reload(): Promise<void>
}

/** What the application says about who a visitor is: login, further ids, logout and groups. */
export class VisitorChanges {
  readonly #parts: VisitorChangesParts

  constructor(parts: VisitorChangesParts) {
    this.#parts = parts
  }

  async identify(userId: string, properties: IdentifyProperties): Promise<void> {
    const { visitor, warn } = this.#parts
    const distinctId = usableDistinctId(userId)
    if (distinctId === undefined) return warn.linkRefused('identify', distinctIdProblem(userId))
    const { set, setOnce }: IdentifyProperties = ownMembers(properties)
    const anonymous = visitor.login(distinctId)
    this.#push(() =>
      this.#personEvent('identify', '$identify', distinctId, {
        $set: set ?? {},
        $set_once: setOnce ?? {},
        ...(anonymous !== undefined && { $anon_distinct_id: anonymous }),
      }),
    )
    await this.#parts.reload()
  }

  alias(other: { readonly alias: string }): void {
    this.#push(() => this.#aliasEvent(other))
  }

  logout(): void {
    this.#parts.events.leave()
    this.#parts.visitor.logout()
  }

  async group(
    type: string,
    key: string,
    properties: Readonly<Record<string, unknown>> | undefined,
  ): Promise<void> {
    const { events, warn } = this.#parts
    const [groupType, groupKey] = [usableGroupText(type), usableGroupText(key)]
    if (groupType === undefined || groupKey === undefined) return warn.groupRefused()
    const membership = withGroup(events.membership, groupType, groupKey, properties)
    if (!membership) return
    events.membership = membership
    if (properties) this.#push(() => events.ofGroup(groupType, groupKey, properties))
    await this.#parts.reload()
  }

  #aliasEvent(other: { readonly alias: string }): ScopedEvent | undefined {
    const { visitor, warn } = this.#parts
    const { alias: given } = ownMembers(other)
    const { distinctId, isIdentified } = visitor.identity
    if (!isIdentified) return warn.linkRefused('alias', 'would belong to a visitor who is not signed in')
    const alias = usableDistinctId(given)
    if (alias === undefined) return warn.linkRefused('alias', distinctIdProblem(given))
    if (alias === distinctId) return undefined
    if (!visitor.adopt(alias)) return warn.linkRefused('alias')
    return this.#personEvent('alias', '$create_alias', distinctId, { distinct_id: distinctId, alias })
  }

  /** What changes persons is not sent where there are none to change. */
  #personEvent(
    kind: 'identify' | 'alias',
    event: string,
    distinctId: string,
    properties: Readonly<Record<string, unknown>>,
  ): ScopedEvent | undefined {
    const { options, events } = this.#parts
    if (options.personProfiles === 'never') return undefined
    return events.ofPerson(kind, event, distinctId, properties)
  }

  #push(make: () => ScopedEvent | undefined): void {
    this.#parts.client.push(make, this.#parts.consent)
  }
}
