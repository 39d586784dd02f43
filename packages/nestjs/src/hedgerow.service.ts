import type { FlagSnapshot, Hedgerow, IdentifyProperties, RequestScope } from '@hedgerow/core'

/**
 * The client as a provider that speaks for whoever the code runs for: in a request, a message or a GraphQL operation for its
 * visitor, wherever it is injected; elsewhere, as in a scheduled job, for nobody. Its methods never throw.
 *
 * @example
 * \@Injectable()
 * class OrderService {
 *   constructor(private readonly hedgerow: HedgerowService) {}
 *
 *   place(order: Order) {
 *     this.hedgerow.capture('order placed', { total: order.total })
 *   }
 * }
 */
export class HedgerowService {
  /** For all else that a client can do. */
  readonly client: Hedgerow
  readonly #flagsOfNobody: () => FlagSnapshot

  constructor(client: Hedgerow, flagsOfNobody: () => FlagSnapshot) {
    this.client = client
    this.#flagsOfNobody = flagsOfNobody
  }

  /** What the code runs for; undefined elsewhere. */
  get scope(): RequestScope | undefined {
    return this.client.scope()
  }

  /** The visitor's id; undefined for nobody. */
  get distinctId(): string | undefined {
    return this.scope?.distinctId
  }

  /**
   * The visitor's flags; `await flags.load()` where they may not be loaded yet. Nobody's are what this process can decide for
   * everybody, and defaults.
   */
  get flags(): FlagSnapshot {
    return this.scope?.flags ?? this.#flagsOfNobody()
  }

  /** Captures an event of the visitor or of the context, else a personless one. */
  capture(event: string, properties: Readonly<Record<string, unknown>> = {}): void {
    this.client.capture({ event, properties: { ...properties } })
  }

  /** Captures whatever was thrown as `$exception`, the same error object once. */
  captureException(thrown: unknown, properties?: Record<string, unknown>): void {
    this.client.captureException(thrown, undefined, properties)
  }

  /**
   * Says that the visitor is this user from now on, as `scope.identify` does; for nobody it only sets the user's properties.
   *
   * @returns when the user's flags are loaded or given up, if this request had begun to use flags. Never rejects.
   */
  async identify(userId: string, properties: IdentifyProperties = {}): Promise<void> {
    const { scope } = this
    if (scope) return scope.identify(userId, properties)
    const { set, setOnce } = properties
    this.client.identify({ distinctId: userId, properties: { $set: set, $set_once: setOnce } })
  }

  /**
   * Says that the visitor acts for this group from now on, as `scope.group` does; for nobody it only describes the group.
   *
   * @returns when the flags with the group are loaded or given up, if this request had begun to use flags. Never rejects.
   */
  async group(type: string, key: string, properties?: Readonly<Record<string, unknown>>): Promise<void> {
    const { scope } = this
    if (scope) return scope.group(type, key, properties)
    if (properties)
      this.client.groupIdentify({ groupType: type, groupKey: key, properties: { ...properties } })
  }
}
