import type { FlagSubject } from '../flag-snapshot.ts'
import type { Runtime } from '../runtime.ts'
import { within } from '../runtime/within.ts'
import type { DefinitionPoller } from './definitions/definition-poller.ts'
import { Moment } from './engine/moment.ts'
import type { FlagResults, FlagSource } from './flag-source.ts'
import { joined, noResults } from './gathered-results.ts'
import { LocalResults } from './local-results.ts'

/** Definitions evaluated in this process; what they cannot decide is asked of another source, when somebody waits for it. */
export class LocalFlagSource implements FlagSource {
  readonly #poller: DefinitionPoller
  readonly #remote: FlagSource | undefined
  readonly #runtime: Runtime

  /** @param remote undefined: flags are only ever evaluated here. */
  constructor(poller: DefinitionPoller, remote: FlagSource | undefined, runtime: Runtime) {
    this.#poller = poller
    this.#remote = remote
    this.#runtime = runtime
  }

  peek(subject: FlagSubject): FlagResults | undefined {
    // A serverless process revalidates its definitions by being used.
    if (this.#poller.ensureLoaded()) return undefined
    return this.#local(subject)
  }

  async load(
    subject: FlagSubject,
    deadlineMs: number,
    key: string | undefined,
    known: FlagResults | undefined,
  ): Promise<FlagResults | undefined> {
    const startedAt = this.#runtime.now()
    const loading = known ? undefined : this.#poller.ensureLoaded()
    if (loading) await within(this.#runtime, deadlineMs, loading)
    const local = known ?? this.#local(subject)
    if (local && (key === undefined || !this.canComplete(local, key))) return local
    const left = loading ? deadlineMs - (this.#runtime.now() - startedAt) : deadlineMs
    const remote = await this.#remote?.load(subject, left, key, undefined)
    return local ? joined(local, remote ?? noResults) : remote
  }

  /** Once for each subject: results that PostHog was asked to complete are not of this process alone. */
  canComplete(results: FlagResults, key: string): boolean {
    if (!this.#remote || !(results instanceof LocalResults)) return false
    return results.get(key)?.value === undefined
  }

  #local(subject: FlagSubject): FlagResults | undefined {
    const { current } = this.#poller
    return current && new LocalResults(current, subject, new Moment(this.#runtime))
  }
}
