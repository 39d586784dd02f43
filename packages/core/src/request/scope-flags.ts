import type { FlagObserver, FlagResult, FlagSnapshot, FlagSubject, FlagValue } from '../flag-snapshot.ts'
import { SmallMap } from '../small-map.ts'
import type { FeatureNames } from './feature-names.ts'
import type { VisitorIdentity } from './identity.ts'
import type { Consented, FlagRead, ScopeClient, ScopeFlagReader } from './ports.ts'
import type { ResolvedRequestOptions } from './request-options.ts'
import type { GroupMembership } from './scope-groups.ts'

/** The distinct id of a subject who may not be told apart from others. */
const nobody = ''

/** What the flags of a scope are read with. */
export interface ScopeFlagsParts {
  readonly client: Pick<ScopeClient, 'runtime'>
  readonly options: Pick<ResolvedRequestOptions, 'deadlineMs'>
  readonly environment: { readonly flagReader: ScopeFlagReader; readonly featureNames: FeatureNames }
  readonly consent: Consented
  /** Hears that a flag was read, and for whom: a snapshot may be kept when the visitor is already somebody else. */
  onRead(read: FlagRead, identity: VisitorIdentity): void
}

/** The flags of one request: a snapshot per identity, a budget of waiting, and what was read so far. */
export class ScopeFlags {
  readonly #parts: ScopeFlagsParts
  /** Values of the flags that were read, by key. */
  readonly #values = new SmallMap<FlagValue | undefined>()
  /** Made of them when somebody asks; then they stay as they are. */
  #properties: Readonly<Record<string, FlagValue>> | undefined
  #remainingMs: number
  #inUse = false
  #subject: FlagSubject | undefined
  #membership: GroupMembership | undefined
  /** Of the subject; undefined until somebody wants to read it. */
  #snapshot: FlagSnapshot | undefined

  constructor(parts: ScopeFlagsParts) {
    this.#parts = parts
    this.#remainingMs = parts.options.deadlineMs
  }

  /**
   * Who flags are evaluated for; another one when the distinct id or the groups are others than before. Without consent
   * that is nobody, about whom PostHog is asked nothing.
   */
  subject(identity: VisitorIdentity, deviceId: string | undefined, membership: GroupMembership): FlagSubject {
    const distinctId = this.#parts.consent.hasConsent ? identity.distinctId : nobody
    if (this.#subject?.distinctId !== distinctId || this.#membership !== membership) {
      this.#subject = {
        distinctId,
        ...membership,
        personProperties: deviceId ? { $device_id: deviceId } : {},
      }
      this.#membership = membership
      this.#snapshot = undefined
    }
    return this.#subject
  }

  /** The snapshot of this visitor; a new one when the subject is another than before. */
  of(identity: VisitorIdentity, deviceId: string | undefined, membership: GroupMembership): FlagSnapshot {
    const subject = this.subject(identity, deviceId, membership)
    this.#inUse = true
    this.#snapshot ??= this.#parts.environment.flagReader.snapshot(subject, this.#observe(subject, identity))
    return this.#snapshot
  }

  /** Whether the request has begun to use flags; after a change of identity they are then worth loading again. */
  get inUse(): boolean {
    return this.#inUse
  }

  /** Runs something with what is left of the request's time for flags, and takes off what it used. */
  async wait<T>(work: (deadlineMs: number) => Promise<T>): Promise<T> {
    const start = this.#parts.client.runtime.now()
    const result = await work(this.#remainingMs)
    this.#remainingMs = Math.max(0, this.#remainingMs - Math.max(0, this.#parts.client.runtime.now() - start))
    return result
  }

  /** `$feature/<key>` of the decided flags that were read; another object once there is more to say. */
  get properties(): Readonly<Record<string, FlagValue>> {
    if (this.#properties) return this.#properties
    const properties: Record<string, FlagValue> = {}
    const { featureNames } = this.#parts.environment
    for (const key of this.#values.keys()) {
      const value = this.#values.get(key)
      if (value !== undefined) properties[featureNames.of(key)] = value
    }
    this.#properties = properties
    return properties
  }

  #observe(subject: FlagSubject, identity: VisitorIdentity): FlagObserver {
    return {
      onRead: (result, { sendFeatureFlagEvents: sendEvents }, answer) => {
        // Nobody has read it, also for those who agree later on.
        if (subject.distinctId === nobody) return
        this.#noteRead(result)
        const { distinctId, groups } = subject
        this.#parts.onRead({ distinctId, result, answer, groups, sendEvents }, identity)
      },
      onLoad: (snapshot) => {
        // The visitor may have signed in meanwhile: an answer for the old identity is then of no use.
        if (this.#subject === subject) this.#snapshot = snapshot
      },
      // A snapshot of before may be kept when the visitor has said no meanwhile.
      wait: async (load) =>
        this.#parts.consent.hasConsent || subject.distinctId === nobody ? this.wait(load) : undefined,
    }
  }

  #noteRead({ key, value }: FlagResult): void {
    if (this.#values.get(key) === value) return
    this.#values.set(key, value)
    this.#properties = undefined
  }
}
