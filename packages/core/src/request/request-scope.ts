import type { FlagSnapshot, FlagSubject } from '../flag-snapshot.ts'
import type { Bootstrap } from './bootstrap.ts'
import type { ConsentValue } from './consent-options.ts'
import type { IdentitySource } from './identity.ts'
import type { ResponseFacts } from './request-facts.ts'
import type { ScopedEvent, ScopeMessage } from './scoped-event.ts'
import type { UrlRules } from '../url-rules.ts'

/** Person properties to set with a login. */
export interface IdentifyProperties {
  /** Overwrites. */
  readonly set?: Readonly<Record<string, unknown>>
  /** Kept as they are when already set. */
  readonly setOnce?: Readonly<Record<string, unknown>>
}

/**
 * One request as Hedgerow sees it: who the visitor is, what their flags say, and one pageview at its end. Its methods
 * never throw; what goes wrong is logged and reported to the client's `onError`.
 */
export interface RequestScope {
  /**
   * For adapters: resolves when the flags that are loaded ahead are there or given up; undefined when there is nothing to
   * wait for. Never rejects. Its first read begins the loading, for whoever the visitor is by then: read it where
   * authentication has been, and before the handler.
   */
  readonly ready: Promise<void> | undefined
  /** The visitor's id, the same for events, flags and the browser; reading it settles who the visitor is. */
  readonly distinctId: string
  /**
   * Who said so: the application's `resolver`, our own `signed-cookie`, posthog-js's `cookie` or `header`, which are hints, or
   * nobody (`minted`).
   */
  readonly identitySource: IdentitySource
  /** True for a user whom the application vouches for, now or, with a signed cookie, when it logged them in. */
  readonly isIdentified: boolean
  /**
   * The browser's session by its header, else by its cookie while that is fresh, else our own, which is renewed after 30
   * minutes without a visit and after 24 hours; undefined when there is none.
   */
  readonly sessionId: string | undefined
  /** Whether the visitor agrees to being captured. `denied` too while `consent.resolve` has not answered, or has failed. */
  readonly consent: ConsentValue
  /**
   * What that comes to: true when granted, and when unknown unless `consent.unknown` is `'denied'`. Without it nothing about
   * this request leaves the process, also through calls on the client, and the browser is given nothing to remember.
   */
  readonly hasConsent: boolean
  /**
   * The visitor has just said so; counts at once, and for all that this request still does. What was captured before a no
   * stays captured, and what was refused before a yes stays refused. It sets no consent cookie: keeping the choice is up to
   * your application, or to posthog-js.
   */
  setConsent(consent: 'granted' | 'denied'): void
  /** The visitor's flags: a snapshot that stays the same until the identity changes or `load()` brings more. */
  readonly flags: FlagSnapshot
  /** Captures an event of this visitor, with the request's properties beneath those given. Works after the end too. */
  capture(event: string, properties?: Readonly<Record<string, unknown>>): void
  /** What every event of this request says about it: URL, address, user agent, session; not who the visitor is. */
  readonly properties: Readonly<Record<string, unknown>>
  /** For the client: who its flag calls are about that name nobody; the same as `flags` is about. */
  readonly flagSubject: FlagSubject
  /** For the client: what URLs in the messages of this request's exceptions pass. */
  readonly urlRules: UrlRules
  /** For the client: an event of this visitor with all that `client.capture` takes, ready to be queued. */
  eventOf(message: ScopeMessage): ScopedEvent
  /**
   * Says that the visitor is this user from now on: later events and flags are the user's, and the browser's anonymous
   * visitor is linked to them, at most once. With a secret the browser remembers it, else it holds for this request.
   *
   * @returns when the user's flags are loaded or given up, if this request had begun to use flags. Never rejects.
   */
  identify(userId: string, properties?: IdentifyProperties): Promise<void>
  /**
   * Says that the signed-in user is known under another id too, such as that of an older system, and merges the two persons
   * for good. An id that belongs to a user already is refused, with a WARN.
   */
  alias(other: { readonly alias: string }): void
  /**
   * Ends the visitor's identity: cookies are removed or begun anew, and later events are a new visitor's. The pageview of this
   * request still belongs to who came in. Pages that run posthog-js call its `reset()` too.
   */
  logout(): void
  /**
   * Says that the visitor acts for this group from now on: later events carry it, and flags are the group's too. With
   * properties the group is described in PostHog as well (`$groupidentify`), and flags know them.
   *
   * @param type such as `company`; another key of the same type takes the place of the first.
   * @returns when the flags with the group are loaded or given up, if this request had begun to use flags. Never rejects.
   */
  group(type: string, key: string, properties?: Readonly<Record<string, unknown>>): Promise<void>
  /**
   * Captures whatever was thrown as `$exception` of this visitor, with its stack, causes and the source around it; the same
   * error object once.
   */
  captureException(thrown: unknown, properties?: Readonly<Record<string, unknown>>): void
  /** What posthog-js is started with, so that the page knows the visitor and their flags at once. Exposes no flag. */
  bootstrap(): Bootstrap
  /**
   * An inline `<script>` that leaves `bootstrap()` at `window.__hedgerow`, or `window.__` and the client's other name, for
   * `posthog.init(token, { bootstrap: window.__hedgerow })`. Safe within HTML, whatever flags and payloads hold. The page
   * is then this visitor's alone: no shared cache may store it.
   *
   * @param nonce of the page's content security policy.
   */
  bootstrapScript(nonce?: string): string
  /** Runs the rest of the request so that `client.scope()` finds this scope in everything it calls and awaits. */
  run<T>(callback: () => T): T
  /**
   * For adapters: an error passed by on its way to the application's error page. Once the response is over it is captured,
   * if it failed the request; the error itself goes on as it is.
   */
  observe(error: unknown): void
  /**
   * For adapters: an error failed something of which no status of a response tells, such as a message or a part of a
   * GraphQL answer. It is captured at once, unless a status of its own says that it is no failure.
   */
  fail(error: unknown): void
  /** For adapters: ends the scope and captures its pageview, if the request was one. Later calls do nothing. */
  end(response: ResponseFacts): void
}
