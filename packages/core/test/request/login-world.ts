import { createFakeRuntime } from 'testkit'
import { HedgerowClient, type RequestScope, type WireEvent } from '../../src/index.ts'
import { type Browser, type BrowserRequest, createBrowser, formRequest } from './browser.ts'
import { scopeOpener } from './open-scope.ts'

/** What people, browsers and networks do; numbers choose among browsers, users and earlier requests. */
export type Step =
  | { readonly does: 'visit' | 'logout' | 'wait'; readonly at: number }
  | {
      readonly does: 'log in' | 'log in on a page' | 'switch user' | 'be known'
      readonly at: number
      readonly user: number
    }
  | {
      readonly does: 'replay' | 'answer late'
      readonly at: number
      readonly user: number
      readonly which: number
    }
  | { readonly does: 'copy cookies'; readonly at: number; readonly to: number }
  | { readonly does: 'alias'; readonly at: number; readonly which: number }
  | { readonly does: 'restart'; readonly at: number }

const users = ['user_1', 'user_2', 'user_3']

/** Two ids that an event has made one person. */
type MergeEdge = readonly [string, string]

/** Three browsers, three users and one server; collects what was merged. */
export class LoginWorld {
  readonly edges: MergeEdge[] = []
  readonly #secret: string | undefined
  readonly #jars: Browser[]
  /** `Cookie` headers that were sent once. */
  readonly #sent: string[] = []
  readonly #hasLoggedIn = new Set<string>()
  readonly #seen = new Set<string>()
  readonly #runtime = createFakeRuntime()
  #open: ReturnType<typeof scopeOpener>
  #resolved: string | undefined

  constructor(secret: string | undefined) {
    this.#secret = secret
    this.#open = this.#startServer()
    this.#jars = users.map(() => createBrowser((facts, carrier) => this.#open(facts, carrier)))
  }

  do(step: Step): void {
    const browser = this.#jars[step.at % this.#jars.length]!
    const user = 'user' in step ? users[step.user % users.length]! : ''
    switch (step.does) {
      case 'visit':
        return this.#visit(browser)
      case 'wait':
        return this.#runtime.setNow(this.#runtime.now() + step.at * 20_000)
      case 'log in':
        return this.#visit(browser, (scope) => this.#logIn(scope, user), formRequest)
      case 'log in on a page':
        return this.#visit(browser, (scope) => this.#logIn(scope, user))
      case 'switch user':
        return this.#visit(browser, (scope) => {
          scope.logout()
          this.#logIn(scope, user)
        })
      case 'be known':
        this.#resolved = user
        this.#visit(browser)
        this.#resolved = undefined
        return undefined
      case 'logout':
        return this.#visit(browser, (scope) => this.#logOut(scope), formRequest)
      case 'replay':
        return this.#visit(
          createBrowser(this.#open),
          (scope) => this.#logIn(scope, user),
          this.#earlier(step.which),
        )
      case 'answer late':
        return this.#visit(browser, (scope) => scope.capture('late'), this.#earlier(step.which))
      case 'copy cookies':
        for (const [place, value] of browser.cookies)
          this.#jars[step.to % this.#jars.length]!.cookies.set(place, value)
        return undefined
      case 'alias':
        return this.#visit(browser, (scope) => this.#alias(scope, step.which), formRequest)
      case 'restart':
        // Whoever keeps old cookies to send them after a restart is beyond one process.
        this.#sent.length = 0
        this.#open = this.#startServer()
        return undefined
    }
  }

  /** The ids of one person, by what was merged, in groups that hold a user. */
  persons(): string[][] {
    const groups = new Map<string, Set<string>>()
    const groupOf = (id: string) => groups.get(id) ?? new Set([id])
    for (const [one, other] of this.edges) {
      const merged = new Set([...groupOf(one), ...groupOf(other)])
      for (const id of merged) groups.set(id, merged)
    }
    return [...new Set(groups.values())].map((group) => [...group].filter((id) => users.includes(id)))
  }

  #visit(
    browser: Browser,
    act: (scope: RequestScope) => void = () => {},
    request: BrowserRequest = {},
  ): void {
    const cookie = browser.cookieHeader()
    if (cookie) this.#sent.push(cookie)
    browser.visit((scope) => {
      this.#seen.add(scope.distinctId)
      act(scope)
    }, request)
  }

  #logIn(scope: RequestScope, user: string): void {
    void scope.identify(user)
    this.#hasLoggedIn.add(user)
    if (scope.distinctId !== user) throw new Error(`${user} logged in and is ${scope.distinctId}`)
  }

  #logOut(scope: RequestScope): void {
    scope.logout()
    if (this.#seen.has(scope.distinctId)) throw new Error('somebody logged out and is who was here before')
  }

  /** Of another id: one of an old system, a user who has been here, or anybody's anonymous one. */
  #alias(scope: RequestScope, which: number): void {
    const candidates = [
      'crm_1',
      'crm_2',
      ...this.#hasLoggedIn,
      ...[...this.#seen].filter((id) => !users.includes(id)),
    ]
    scope.alias({ alias: candidates[which % candidates.length]! })
  }

  #earlier(which: number): BrowserRequest {
    const cookie = this.#sent[which % Math.max(1, this.#sent.length)]
    return { ...formRequest, ...(cookie && { headers: { cookie } }) }
  }

  #startServer(): ReturnType<typeof scopeOpener> {
    const client = new HedgerowClient('phc_test', {
      runtime: this.#runtime,
      flushAt: 100_000,
      flushInterval: 0,
    })
    client.on('identify', (event: WireEvent) => this.#note(event, '$anon_distinct_id'))
    client.on('alias', (event: WireEvent) => this.#note(event, 'alias'))
    const identity = { secret: this.#secret, resolve: () => this.#resolved }
    return scopeOpener(client, { identity, flags: { preload: 'never' } })
  }

  #note({ distinct_id: id, properties }: WireEvent, member: string): void {
    const other = properties[member]
    if (typeof other === 'string') this.edges.push([id, other])
  }
}
